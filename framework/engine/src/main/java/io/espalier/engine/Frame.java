package io.espalier.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one thread needs to run a plan on a tile of samples. All buffers are made here,
 * once; operations read and write them and keep nothing themselves.
 */
final class Frame {
  /** Floats past the end, because kernels read and write whole rows, two vectors at most. */
  private static final int SLACK = 2 * Kernels.PAD;

  /** Most rows of pixels that operations work on together; rows of products come in sixes. */
  static final int ROWS = 48;

  /** Role of scratch: normalisation of an operation's input. */
  static final int INPUT_TABLES = 0;

  /** Role of scratch: normalisation of an operation's output. */
  static final int OUTPUT_TABLES = 1;

  /** Role of scratch: rows of an input. */
  static final int INPUT = 2;

  /** Role of scratch: gradients of an output. */
  static final int GRADIENT = 3;

  /** Role of scratch: what is computed before it goes where it belongs. */
  static final int RESULT = 4;

  /** Role of scratch: gradients of rows that are held to bounds. */
  static final int CLIPPED = 5;

  /** Role of scratch: sums of rows. */
  static final int SUMS = 6;

  /** How many roles there are. */
  static final int ROLES = 7;

  final Kernels kernels;

  /** By value: the tile's samples, from position 0. */
  final float[][] data;

  /** By value: gradient of the loss; empty where none flows. */
  final float[][] gradients;

  /** By reservation of an operation. */
  final float[][] floats;

  /** By reservation of an operation. */
  final int[][] ints;

  /** By role; free to use within one operation. */
  final float[][] scratch;

  /** By reservation of an operation; the same in all frames, not written during a pass. */
  final float[][] shared;

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

  private final ExecutionPlan plan;
  private final Cuts cuts;
  private @Nullable KeptTile own;
  private boolean[] written;

  Frame(ExecutionPlan plan, Kernels kernels, float[] weights) {
    this(
        plan,
        kernels,
        weights,
        new BatchMoments(plan.cuts(), new RunningStatistics(plan.cuts()), 1),
        plan.reservations().share());
    detach();
  }

  /** A frame that is to be attached or detached before it is used. */
  Frame(
      ExecutionPlan plan,
      Kernels kernels,
      float[] weights,
      BatchMoments moments,
      float[][] shared) {
    this.plan = plan;
    this.kernels = kernels;
    this.weights = weights;
    this.moments = moments;
    this.shared = shared;
    cuts = plan.cuts();
    int count = plan.values().size();
    written = new boolean[count];
    data = new float[count][0];
    gradients = new float[count][0];
    for (Value value : plan.values()) {
      int size = length(value, plan.tile());
      if (value.stored() && !cuts.keeps(value)) {
        data[value.id()] = new float[size];
      }
      if (value.graded() && !cuts.gradients().contains(value)) {
        gradients[value.id()] = new float[size];
      }
    }
    scratch =
        plan.reservations().scratch().stream()
            .map(n -> new float[n + SLACK])
            .toArray(float[][]::new);
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
    for (int i = 0; i < cuts.data().size(); i++) {
      int id = cuts.data().get(i).id();
      data[id] = tile.data[id];
    }
    for (int i = 0; i < cuts.gradients().size(); i++) {
      int id = cuts.gradients().get(i).id();
      gradients[id] = tile.gradients[id];
    }
  }

  /** Works from now on with buffers of its own, which are made when first asked for. */
  void detach() {
    if (own == null) {
      own = new KeptTile(plan, plan.tile());
    }
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

  /** Whether nothing has been added to a value's gradient yet; from now on something has. */
  boolean begins(Value value) {
    boolean begins = !written[value.id()];
    written[value.id()] = true;
    return begins;
  }

  /**
   * The gradient of a value, to be added to. The first caller in a backward pass gets it zeroed.
   */
  float[] accumulate(Value value) {
    float[] gradient = gradients[value.id()];
    if (begins(value)) {
      Arrays.fill(gradient, 0, samples * value.stride(), 0f);
    }
    return gradient;
  }
}
