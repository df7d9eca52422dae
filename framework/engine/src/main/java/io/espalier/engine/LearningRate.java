package io.espalier.engine;

/**
 * Learning rate over the steps of a training.
 *
 * @param base the highest rate
 * @param shape how it goes on after the warm-up
 * @param warmupSteps steps over which it first rises linearly to {@code base}
 */
public record LearningRate(double base, Shape shape, int warmupSteps) {
  /** How the rate goes on. */
  public enum Shape {
    /** Stays. */
    CONSTANT,
    /** Falls to zero along half a cosine (Loshchilov and Hutter 2017, without restarts). */
    COSINE,
    /** Falls to zero along a line. */
    LINEAR
  }

  /**
   * The rate of one step.
   *
   * @param step steps done before it, 0 to below {@code totalSteps}
   */
  public double at(int step, int totalSteps) {
    if (step < warmupSteps) {
      return base * (step + 1) / warmupSteps;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return switch (shape) {
      case CONSTANT -> base;
      case COSINE -> base * 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress));
      case LINEAR -> base * (1 - progress);
    };
  }
}
