package io.espalier.bench.engine;

import io.espalier.api.Model;
import io.espalier.bench.Comparison;

/** One side of a comparison: trains at {@link #LEARNING_RATE} on {@link #THREADS}. */
interface Side {
  int THREADS = 2;

  /** Low, so that rounding does not part the two sides in the steps that are compared. */
  double LEARNING_RATE = 1e-4;

  /** Of plain gradient descent. */
  double MOMENTUM = 0.9;

  /** For messages. */
  String name();

  /**
   * Trains on one batch, from the model's weights and under its masks.
   *
   * @param warmup steps before the clock starts
   * @param steps that are timed, at least 1
   */
  Timing train(Work work, int warmup, int steps);

  /**
   * Trains two at once, a step of the one and a step of the other in turn, so that what slows the
   * machine slows both.
   *
   * @param warmup steps of each before the clock starts
   * @param steps of each that are timed, at least 1
   */
  Pair alternate(Work one, Work other, int warmup, int steps);

  /**
   * What is trained.
   *
   * @param optimizer adam or sgd
   */
  record Work(Model model, Batch batch, String optimizer) {
    Work with(Model other) {
      return new Work(other, batch, optimizer);
    }
  }

  /** What two trainings took. */
  record Pair(Timing one, Timing other) {}

  /**
   * What a training took.
   *
   * @param steps seconds of each timed step
   * @param loss mean loss of the batch in the last step, before its update
   */
  record Timing(double[] steps, double loss) {
    /** Seconds of the step in the middle: what now and then disturbs a step does not count. */
    double median() {
      return Comparison.median(steps);
    }
  }
}
