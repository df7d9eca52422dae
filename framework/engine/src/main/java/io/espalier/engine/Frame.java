package io.espalier.engine;

import java.util.Arrays;

/**
 * Everything that one thread needs to run a plan on a tile of samples. All buffers are made here,
 * once; operations read and write them and keep nothing themselves.
 */
final class Frame {
  /** Floats past the end, because kernels read and write whole rows, two vectors at most. */
  private static final int SLACK = 2 * Kernels.PAD;

  final Kernels kernels;

  /** By value: the tile's samples, from position 0. */
  final float[][] data;

  /** By value: gradient of the loss; empty where none flows. */
  final float[][] gradients;

  /** By reservation of an operation. */
  final float[][] floats;

  /** By reservation of an operation. */
  final int[][] ints;

  /** All parameters, shared by all frames, not written during a pass. */
  final float[] weights;

  /** Where parameter gradients are added: those of the group in work. */
  float[] weightGradients = new float[0];

  /** Samples of the tile, 1 to the plan's tile size. */
  int samples;

  /** Position of the tile's first sample in its batch. */
  int first;

  /** Whether this pass trains: dropout drops only then. */
  boolean training;

  /** Seed of the training. */
  long seed;

  /** Optimizer steps done before this one. */
  int step;

  private final boolean[] written;

  Frame(ExecutionPlan plan, Kernels kernels, float[] weights) {
    this.kernels = kernels;
    this.weights = weights;
    int count = plan.values().size();
    data = new float[count][];
    gradients = new float[count][];
    written = new boolean[count];
    for (Value value : plan.values()) {
      int size = plan.tile() * value.stride() + SLACK;
      data[value.id()] = new float[size];
      gradients[value.id()] = new float[value.trained() ? size : 0];
    }
    floats =
        plan.reservations().floats().stream()
            .map(n -> new float[n + SLACK])
            .toArray(float[][]::new);
    ints = plan.reservations().ints().stream().map(int[]::new).toArray(int[][]::new);
  }

  float[] data(Value value) {
    return data[value.id()];
  }

  float[] gradient(Value value) {
    return gradients[value.id()];
  }

  /** Forgets all gradients of values, before a backward pass. */
  void beginBackward() {
    Arrays.fill(written, false);
  }

  /**
   * The gradient of a value, to be added to. The first caller in a backward pass gets it zeroed.
   */
  float[] accumulate(Value value) {
    float[] gradient = gradients[value.id()];
    if (!written[value.id()]) {
      written[value.id()] = true;
      Arrays.fill(gradient, 0, samples * value.stride(), 0f);
    }
    return gradient;
  }
}
