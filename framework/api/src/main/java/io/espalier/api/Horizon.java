package io.espalier.api;

/**
 * How long a training is.
 *
 * @param totalSteps optimizer steps in all, at least 1
 * @param stepsPerEpoch optimizer steps of one pass over the training data, at least 1
 */
public record Horizon(int totalSteps, int stepsPerEpoch) {
  public Horizon {
    if (totalSteps < 1 || stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "a training needs steps: " + totalSteps + ", " + stepsPerEpoch);
    }
  }
}
