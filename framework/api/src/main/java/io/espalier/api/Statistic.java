package io.espalier.api;

/**
 * What a pruner can have measured before it plans, with the calibration samples of its stage:
 * inference only, every weight stays bit-identical.
 */
public enum Statistic {
  /**
   * Euclidean norm of each input channel over all samples and positions. Shape: input channels of
   * the whole layer.
   */
  INPUT_NORM(true),
  /**
   * Second moments {@code X^T X} of what one output sees, summed over all samples and positions;
   * for a convolution {@code X} has a column for each input channel and position of the kernel, in
   * the order of the weight's own axes after the output axis. Shape: groups x columns x columns.
   */
  INPUT_GRAM(true),
  /** Share of zeros in each output channel after the layer's activation. Shape: output channels. */
  OUTPUT_ZERO_SHARE(true),
  /** Mean of each output channel after the layer's activation. Shape: output channels. */
  OUTPUT_MEAN(true),
  /** Gradient of the mean loss over all samples. Shape: the weight's. */
  GRADIENT(false),
  /** Mean over batches of the gradient's absolute value. Shape: the weight's. */
  GRADIENT_MAGNITUDE(false),
  /** Mean over batches of the squared gradient. Shape: the weight's. */
  GRADIENT_SQUARE(false);

  private final boolean ofActivations;

  Statistic(boolean ofActivations) {
    this.ofActivations = ofActivations;
  }

  /** Whether it is read from activations; else from gradients. */
  public boolean ofActivations() {
    return ofActivations;
  }
}
