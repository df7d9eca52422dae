package io.espalier.api;

/**
 * One question about the gradients of one weight tensor. It costs a float for each unit, however
 * many batches are looked at.
 *
 * @param tensor name of a tensor that is trained
 * @param statistic what is asked
 * @param units over what it is asked
 */
public record GradientQuery(String tensor, GradientStatistic statistic, Units units) {
  /** How a tensor divides. */
  public sealed interface Units {
    /** Every weight by itself. The answer has the tensor's shape. */
    record Weights() implements Units {}

    /**
     * All weights at one position of an axis together, such as those of an output channel. The
     * answer has one axis.
     *
     * @param axis 0 to below the tensor's rank
     */
    record Channels(int axis) implements Units {}

    /** All weights together. The answer has no axis. */
    record Whole() implements Units {}
  }

  /** About every weight. */
  public static GradientQuery ofWeights(String tensor, GradientStatistic statistic) {
    return new GradientQuery(tensor, statistic, new Units.Weights());
  }

  /** About every position of an axis. */
  public static GradientQuery ofChannels(String tensor, int axis, GradientStatistic statistic) {
    return new GradientQuery(tensor, statistic, new Units.Channels(axis));
  }

  /** About the tensor as a whole. */
  public static GradientQuery ofTensor(String tensor, GradientStatistic statistic) {
    return new GradientQuery(tensor, statistic, new Units.Whole());
  }
}
