package io.espalier.engine;

import java.util.List;

/** What a tile of samples takes from one segment of a plan to another. */
final class KeptTile {
  /** By position in {@link Cuts#data}. */
  final float[][] data;

  /** By position in {@link Cuts#gradients}. */
  final float[][] gradients;

  /** By value: whether its gradient has been begun in this batch. */
  final boolean[] written;

  KeptTile(ExecutionPlan plan, int samples) {
    data = buffers(plan.cuts().data(), samples);
    gradients = buffers(plan.cuts().gradients(), samples);
    written = new boolean[plan.values().size()];
  }

  private static float[][] buffers(List<Value> values, int samples) {
    return values.stream()
        .map(value -> new float[Frame.length(value, samples)])
        .toArray(float[][]::new);
  }
}
