package io.espalier.engine;

/**
 * A node of the graph, or a part of one, bound to the buffers of a plan. It works on each sample by
 * itself, allocates nothing, and is shared by all threads: what it must keep between the passes
 * lies in the frame.
 */
interface Operation {
  /** What it computes. */
  Value output();

  /**
   * Before a batch goes through the plan: writes what follows from the weights alone into buffers
   * that all frames share. Called once a batch, at the same time as others.
   */
  default void prepare(float[] weights, float[][] shared) {}

  /** Computes the output of the frame's samples. */
  void forward(Frame frame);

  /**
   * Brings back what {@link #backward} reads besides values. Called instead of a second {@link
   * #forward} where the output is still there.
   */
  default void recall(Frame frame) {
    forward(frame);
  }

  /**
   * Adds to the gradients of the inputs and parameters, given that of the output. Called only if
   * the output is {@link Value#trained}.
   */
  void backward(Frame frame);
}
