package io.espalier.bench.structured;

import java.util.function.Supplier;

/** Milliseconds of a piece of work. */
final class Timing {
  private static final int REPEATS = 5;

  private Timing() {}

  static double once(Supplier<?> work) {
    long start = System.nanoTime();
    Object result = work.get();
    double millis = (System.nanoTime() - start) / 1e6;
    if (result == null) {
      throw new IllegalStateException("the work gave nothing");
    }
    return millis;
  }

  /** The fastest of some repeats. */
  static double best(Supplier<?> work) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPEATS; i++) {
      best = Math.min(best, once(work));
    }
    return best;
  }
}
