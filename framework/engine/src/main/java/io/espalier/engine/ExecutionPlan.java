package io.espalier.engine;

import io.espalier.api.Model;
import java.util.List;
import java.util.Optional;

/**
 * A model compiled for training: what to run, in which order, on which buffers. Immutable; shared
 * by all threads.
 *
 * @param operations in the order of the forward pass
 * @param nodes the node of each operation, for messages
 * @param values all values that have buffers, by id
 * @param input where samples are written
 * @param logits what the loss is computed from, one per class
 * @param layout where each parameter lies
 * @param reservations further buffers of the operations
 * @param cuts where all samples of a batch must have come before any goes on
 * @param tile most samples that run through all operations together
 * @param grouped floats at the beginning of the layout whose gradients each group of a batch has of
 *     its own; those of the others are written for the whole batch
 */
record ExecutionPlan(
    List<Operation> operations,
    List<String> nodes,
    List<Value> values,
    Value input,
    Value logits,
    ParameterLayout layout,
    Reservations reservations,
    Cuts cuts,
    int tile,
    int grouped) {
  /** Bytes of a tile's buffers that should stay in a core's own cache. */
  private static final int CACHE = 512 * 1024;

  static final int LARGEST_TILE = 8;

  /** Groups of a batch of which each has but few gradients. */
  private static final int GROUPS = 16;

  /** Most floats of few gradients: every step writes those of all groups and adds them up. */
  private static final int FEW_GRADIENTS = 1 << 20;

  /** Most floats of the gradients of more than one group. */
  private static final int MOST_GRADIENTS = 1 << 27;

  ExecutionPlan {
    operations = List.copyOf(operations);
    nodes = List.copyOf(nodes);
    values = List.copyOf(values);
  }

  /**
   * Compiles a model.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#MODEL}) if it has
   *     an operator or a form of one that the engine cannot train; the message names the node
   */
  static ExecutionPlan compile(Model model) {
    return Binder.compile(model);
  }

  /** The same plan with other operations, one for each that it has. */
  ExecutionPlan with(List<? extends Operation> others) {
    return new ExecutionPlan(
        List.copyOf(others),
        nodes,
        values,
        input,
        logits,
        layout,
        reservations,
        cuts.with(others),
        tile,
        grouped);
  }

  /**
   * Into how many groups a batch is cut: always as many while each has few gradients of its own,
   * else one for each thread that there is memory for.
   */
  int groups(int threads) {
    return grouped <= FEW_GRADIENTS
        ? GROUPS
        : Math.max(1, Math.min(threads, MOST_GRADIENTS / grouped));
  }

  /** How many samples of these many floats each should run together. */
  static int tileFor(long floatsPerSample) {
    long bytes = 2 * Float.BYTES * floatsPerSample;
    return (int) Math.max(1, Math.min(LARGEST_TILE, CACHE / Math.max(1, bytes)));
  }

  /** Runs all operations on the samples in a frame. */
  void forward(Frame frame) {
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).forward(frame);
    }
  }

  /** Runs the operations of one segment on the samples in a frame. */
  void forward(Frame frame, int segment) {
    int end = end(segment);
    for (int i = cuts.begin(segment); i < end; i++) {
      operations.get(i).forward(frame);
    }
  }

  /**
   * Brings back what the operations of a segment computed of the samples in a frame, given the
   * values that were kept.
   */
  void recall(Frame frame, int segment) {
    int end = end(segment);
    for (int i = cuts.begin(segment); i < end; i++) {
      Operation operation = operations.get(i);
      if (cuts.keeps(operation.output())) {
        operation.recall(frame);
      } else {
        operation.forward(frame);
      }
    }
  }

  private int end(int segment) {
    return segment + 1 < cuts.segments() ? cuts.all().get(segment).before() : operations.size();
  }

  /** Runs all operations backward, from the gradient of the logits. */
  void backward(Frame frame) {
    for (int segment = cuts.segments() - 1; segment >= 0; segment--) {
      backward(frame, segment);
    }
  }

  /** Whether nothing runs in a segment. */
  boolean empty(int segment) {
    return cuts.begin(segment) == end(segment);
  }

  /** Runs the operations of one segment backward, from the gradients that later ones have left. */
  void backward(Frame frame, int segment) {
    int begin = cuts.begin(segment);
    for (int i = end(segment) - 1; i >= begin; i--) {
      Operation operation = operations.get(i);
      if (operation.output().trained()) {
        operation.backward(frame);
      }
    }
  }

  /** Runs the samples in a frame forward until something is not finite; says where, in words. */
  Optional<String> firstNonFinite(Frame frame) {
    if (!finite(frame, input)) {
      return Optional.of("the samples themselves are not finite");
    }
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).forward(frame);
      if (!finite(frame, operations.get(i).output())) {
        return Optional.of("the first values that are not finite come out of node " + nodes.get(i));
      }
    }
    return Optional.empty();
  }

  private static boolean finite(Frame frame, Value value) {
    float[] data = frame.data(value);
    for (int s = 0; s < frame.samples; s++) {
      for (int i = 0; i < value.stride() && value.stored(); i++) {
        if (!Float.isFinite(data[s * value.stride() + i])) {
          return false;
        }
      }
    }
    return true;
  }
}
