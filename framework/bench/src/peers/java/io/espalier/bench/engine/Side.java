package io.espalier.bench.engine;

import io.espalier.api.Model;

/** One side of a comparison: trains with Adam at {@link #LEARNING_RATE} on {@link #THREADS}. */
interface Side {
  int THREADS = 2;

  /** Low, so that rounding does not part the two sides in the steps that are compared. */
  double LEARNING_RATE = 1e-4;

  /** For messages. */
  String name();

  /**
   * Trains on one batch, from the model's weights and under its masks.
   *
   * @param warmup steps before the clock starts
   * @param steps that are timed, at least 1
   */
  Timing train(Model model, Batch batch, int warmup, int steps);

  /**
   * What a training took.
   *
   * @param seconds of the timed steps
   * @param loss mean loss of the batch in the last step, before its update
   */
  record Timing(double seconds, double loss) {}
}
