package io.espalier.engine;

/** What a tile of samples takes from one segment of a plan to another. */
final class KeptTile {
  /** By value; empty for what is not kept. */
  final float[][] data;

  /** By value; empty for what is not kept. Those that are never in use at a time share buffers. */
  final float[][] gradients;

  /** By value: whether its gradient has been begun in this batch. */
  final boolean[] written;

  KeptTile(ExecutionPlan plan, int samples) {
    int count = plan.values().size();
    data = new float[count][0];
    for (Value value : plan.cuts().data()) {
      data[value.id()] = new float[Frame.length(value, samples)];
    }
    gradients = new float[count][0];
    shareGradients(plan.cuts(), samples);
    written = new boolean[count];
  }

  private void shareGradients(Cuts cuts, int samples) {
    int[] lengths = new int[cuts.gradients().size()];
    for (int i = 0; i < lengths.length; i++) {
      int buffer = cuts.buffers().get(i);
      int length = Frame.length(cuts.gradients().get(i), samples);
      lengths[buffer] = Math.max(lengths[buffer], length);
    }
    float[][] buffers = new float[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      buffers[i] = new float[lengths[i]];
    }
    for (int i = 0; i < lengths.length; i++) {
      gradients[cuts.gradients().get(i).id()] = buffers[cuts.buffers().get(i)];
    }
  }
}
