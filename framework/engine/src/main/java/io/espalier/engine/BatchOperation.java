package io.espalier.engine;

/**
 * An operation that training runs on all samples of a batch together, because its weights are too
 * many to be read for every tile. Its parameter gradients are written once, not once per group.
 * Measuring runs it tile by tile, as any other; both ways give each sample the same numbers but for
 * rounding.
 *
 * <p>It runs in rounds of numbered tasks. The tasks of a round are safe to run beside each other;
 * all of a round are done before the next begins. What a task computes does not depend on which
 * thread runs it, nor on how many there are. Only the values that it takes and gives, kept for the
 * whole batch, and the shared buffers pass from one round to another.
 */
interface BatchOperation extends Operation {
  /** The value it reads. */
  Value input();

  /** Rounds of the forward pass; those of the backward pass come after them. */
  int forwardRounds();

  /** Rounds of both passes. */
  int rounds();

  /** Tasks of a round. */
  int tasks(Batch batch, int round);

  /** Runs a task of a round, with the kernels and buffers of a thread. */
  void run(Batch batch, int round, int task, Frame frame);

  /**
   * Floats that it needs in a buffer shared by all tasks, from its first round to its last of a
   * pass.
   *
   * @param buffer 0 to below {@link Batch#BUFFERS}
   * @param samples of a batch
   */
  long shared(int buffer, int samples);

  @Override
  default void backward(Frame frame) {
    throw new IllegalStateException("goes backward with the whole batch only");
  }
}
