package io.espalier.engine;

import io.espalier.api.Horizon;

/**
 * Learning rate over the steps of a training. Every shape can be preceded by a linear warm-up from
 * zero to the shape's first rate.
 *
 * @param base the highest rate
 * @param shape how it goes on after the warm-up
 * @param warmupSteps steps over which it first rises linearly
 */
public record LearningRate(double base, Shape shape, int warmupSteps) {
  /** How the rate goes on. */
  public sealed interface Shape {
    /** See {@link Constant}. */
    Shape CONSTANT = new Constant();

    /** See {@link Cosine}. */
    Shape COSINE = new Cosine();

    /** See {@link Linear}. */
    Shape LINEAR = new Linear();
  }

  /** Stays. */
  public record Constant() implements Shape {}

  /** Falls to zero along half a cosine (Loshchilov and Hutter 2017, without restarts). */
  public record Cosine() implements Shape {}

  /** Falls to zero along a line. */
  public record Linear() implements Shape {}

  /**
   * Falls by a factor every few epochs, counted from the beginning of the training.
   *
   * @param epochs from one fall to the next, at least 1
   * @param gamma factor, above 0
   */
  public record Steps(int epochs, double gamma) implements Shape {}

  /**
   * One cycle (Smith and Topin 2018) in the form of PyTorch: rises along half a cosine from a 25th
   * of the highest rate over the first 30 % of the steps, then falls along half a cosine to a
   * 10,000th of the rate it began with.
   */
  public record OneCycle() implements Shape {
    private static final double RISING = 0.3;
    private static final double FIRST = 1.0 / 25;
    private static final double LAST = FIRST / 10_000;

    /** The share of the highest rate at one of {@code steps} steps, from 0. */
    private static double share(int step, int steps) {
      double peak = RISING * steps - 1;
      if (step <= peak) {
        return between(FIRST, 1, step / peak);
      }
      double top = Math.max(0, peak);
      double length = steps - 1 - top;
      return length <= 0 ? 1 : between(1, LAST, (step - top) / length);
    }

    private static double between(double from, double to, double progress) {
      return to + (from - to) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
    }
  }

  /**
   * Falls by a factor whenever the validation loss has not fallen below its lowest for more than
   * some epochs; it then waits as long again. New constraints start the comparison afresh.
   *
   * @param factor 0 to below 1
   * @param patience epochs without progress that it bears, at least 0
   */
  public record Plateau(double factor, int patience) implements Shape {}

  /**
   * The rate of one step; for {@link Plateau} the rate before any fall.
   *
   * @param step steps done before it, 0 to below the horizon's total
   */
  public double at(int step, Horizon horizon) {
    if (step < warmupSteps) {
      return first() * (step + 1) / warmupSteps;
    }
    int steps = horizon.totalSteps() - warmupSteps;
    double progress = (double) (step - warmupSteps) / Math.max(1, steps);
    if (shape instanceof Cosine) {
      return base * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
    }
    if (shape instanceof Linear) {
      return base * (1 - progress);
    }
    if (shape instanceof Steps falls) {
      int epoch = step / horizon.stepsPerEpoch();
      return base * StrictMath.pow(falls.gamma(), epoch / falls.epochs());
    }
    return shape instanceof OneCycle ? base * OneCycle.share(step - warmupSteps, steps) : base;
  }

  /** What the warm-up rises to. */
  private double first() {
    return shape instanceof OneCycle ? base * OneCycle.FIRST : base;
  }
}
