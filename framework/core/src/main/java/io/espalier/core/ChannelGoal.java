package io.espalier.core;

/**
 * How channels are chosen, whoever scores them.
 *
 * @param mode what competes with what
 * @param reduction how the scores of a group's layers become one
 * @param normalisation what makes scores of different groups comparable
 * @param minimum the least channels that a group keeps, at least 1
 * @param multiple kept channels are rounded down to one of this number, or up to the first
 * @param most the most that any group loses, 0 to 1
 */
public record ChannelGoal(
    Mode mode,
    Reduction reduction,
    Normalisation normalisation,
    int minimum,
    int multiple,
    double most) {

  /** What competes with what. */
  public enum Mode {
    /** Each layer chooses by itself; a channel goes where all layers that make it agree. */
    NORMAL,
    /** Each group chooses by itself, by the scores of all its layers. */
    DEPENDENCY_AWARE,
    /** All groups together. */
    GLOBAL,
    /**
     * All groups together that are made and read by the same operators: G. Fang et al., "Isomorphic
     * Pruning for Vision Models" (ECCV 2024).
     */
    ISOMORPHIC
  }

  /** How the scores of a group's layers become one. */
  public enum Reduction {
    MEAN,
    SUM,
    MAX,
    PRODUCT,
    /** That of the first layer alone. */
    FIRST;

    float of(float[] scores) {
      float result = scores[0];
      for (int i = 1; i < scores.length && this != FIRST; i++) {
        result =
            switch (this) {
              case MEAN, SUM -> result + scores[i];
              case MAX -> Math.max(result, scores[i]);
              case PRODUCT -> result * scores[i];
              case FIRST -> result;
            };
      }
      return this == MEAN ? result / scores.length : result;
    }
  }

  /** What makes scores of different groups comparable. */
  public enum Normalisation {
    NONE,
    /** Divided by the group's mean. */
    MEAN,
    /** Divided by the group's sum. */
    SUM,
    /** Divided by the group's greatest. */
    MAX,
    /** Mean 0 and deviation 1. */
    STANDARD,
    /**
     * Divided by the sum of all that are at least as high: J. Lee et al., "Layer-adaptive sparsity
     * for the magnitude-based pruning" (ICLR 2021).
     */
    LAMP;

    float[] of(float[] scores) {
      return switch (this) {
        case NONE -> scores;
        case MEAN -> scaled(scores, 0, sum(scores) / scores.length);
        case SUM -> scaled(scores, 0, sum(scores));
        case MAX -> scaled(scores, 0, max(scores));
        case STANDARD -> standard(scores);
        case LAMP -> lamp(scores);
      };
    }

    private static double sum(float[] scores) {
      double sum = 0;
      for (float score : scores) {
        sum += score;
      }
      return sum;
    }

    private static double max(float[] scores) {
      double max = Double.NEGATIVE_INFINITY;
      for (float score : scores) {
        max = Math.max(max, score);
      }
      return max;
    }

    private static float[] scaled(float[] scores, double shift, double divisor) {
      float[] scaled = new float[scores.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) ((scores[i] - shift) / (divisor == 0 ? 1 : divisor));
      }
      return scaled;
    }

    private static float[] standard(float[] scores) {
      double mean = sum(scores) / scores.length;
      double squares = 0;
      for (float score : scores) {
        squares += (score - mean) * (score - mean);
      }
      return scaled(scores, mean, Math.sqrt(squares / scores.length));
    }

    private static float[] lamp(float[] scores) {
      float[] sorted = scores.clone();
      java.util.Arrays.sort(sorted);
      float[] lamp = new float[scores.length];
      for (int i = 0; i < lamp.length; i++) {
        double above = 0;
        for (int j = sorted.length - 1; j >= 0 && sorted[j] >= scores[i]; j--) {
          above += sorted[j];
        }
        lamp[i] = (float) (above == 0 ? 0 : scores[i] / above);
      }
      return lamp;
    }
  }
}
