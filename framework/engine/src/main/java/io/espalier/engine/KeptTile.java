package io.espalier.engine;

import java.util.Arrays;

/** What a tile of samples takes from one segment of a plan to another. */
final class KeptTile {
  /** By position in {@link Cuts#data}. */
  final float[][] data;

  /** By position in {@link Cuts#gradients}; those that are never in use at a time share buffers. */
  final float[][] gradients;

  /** By value: whether its gradient has been begun in this batch. */
  final boolean[] written;

  KeptTile(ExecutionPlan plan, int samples) {
    data =
        plan.cuts().data().stream()
            .map(value -> new float[Frame.length(value, samples)])
            .toArray(float[][]::new);
    gradients = gradients(plan.cuts(), samples);
    written = new boolean[plan.values().size()];
  }

  private static float[][] gradients(Cuts cuts, int samples) {
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
    float[][] gradients = new float[lengths.length][];
    Arrays.setAll(gradients, i -> buffers[cuts.buffers().get(i)]);
    return gradients;
  }
}
