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

  /** Statistics of the batch and running statistics, shared by all frames. */
  final BatchMoments moments;

  /** Where parameter gradients are added: those of the group in work. */
  float[] weightGradients = new float[0];

  /** The group in work. */
  int group;

  /** Samples of the tile, 1 to the plan's tile size. */
  int samples;

  /** Position of the tile's first sample in its batch. */
  int first;

  /** Whether this pass trains: dropout drops only then, and batch statistics normalise. */
  boolean training;

  /** Seed of the training. */
  long seed;

  /** Optimizer steps done before this one. */
  int step;

  private final Cuts cuts;
  private final KeptTile own;
  private boolean[] written;

  Frame(ExecutionPlan plan, Kernels kernels, float[] weights) {
    this(
        plan,
        kernels,
        weights,
        new BatchMoments(plan.cuts(), new RunningStatistics(plan.cuts()), 1));
  }

  Frame(ExecutionPlan plan, Kernels kernels, float[] weights, BatchMoments moments) {
    this.kernels = kernels;
    this.weights = weights;
    this.moments = moments;
    cuts = plan.cuts();
    own = new KeptTile(plan, plan.tile());
    int count = plan.values().size();
    data = new float[count][];
    gradients = new float[count][];
    written = own.written;
    attach(own);
    for (Value value : plan.values()) {
      int size = length(value, plan.tile());
      if (data[value.id()] == null) {
        data[value.id()] = new float[size];
      }
      if (gradients[value.id()] == null) {
        gradients[value.id()] = new float[value.trained() ? size : 0];
      }
    }
    floats =
        plan.reservations().floats().stream()
            .map(n -> new float[n + SLACK])
            .toArray(float[][]::new);
    ints = plan.reservations().ints().stream().map(int[]::new).toArray(int[][]::new);
  }

  /** Floats of a buffer for some samples of a value. */
  static int length(Value value, int samples) {
    return samples * value.stride() + SLACK;
  }

  /** Works from now on with what was kept of a tile. */
  void attach(KeptTile tile) {
    written = tile.written;
    for (int i = 0; i < tile.data.length; i++) {
      data[cuts.data().get(i).id()] = tile.data[i];
    }
    for (int i = 0; i < tile.gradients.length; i++) {
      gradients[cuts.gradients().get(i).id()] = tile.gradients[i];
    }
  }

  /** Works from now on with buffers of its own. */
  void detach() {
    attach(own);
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
