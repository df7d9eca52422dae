package io.espalier.api;

import java.util.Optional;

/**
 * What a pruner can have measured before it plans, with the calibration samples of its stage; every
 * weight stays bit-identical.
 */
public enum Statistic {
  /**
   * Euclidean norm of each input channel over all samples and positions. Shape: input channels of
   * the whole layer.
   */
  INPUT_NORM(Source.ACTIVATIONS),
  /**
   * Second moments {@code X^T X} of what one output sees, summed over all samples and positions;
   * for a convolution {@code X} has a column for each input channel and position of the kernel, in
   * the order of the weight's own axes after the output axis. Shape: groups x columns x columns.
   */
  INPUT_GRAM(Source.ACTIVATIONS),
  /** Share of zeros in each output channel after the layer's activation. Shape: output channels. */
  OUTPUT_ZERO_SHARE(Source.ACTIVATIONS),
  /** Mean of each output channel after the layer's activation. Shape: output channels. */
  OUTPUT_MEAN(Source.ACTIVATIONS),
  /** {@code g}, see {@link GradientStatistic#GRADIENT}. Shape: the weight's, as for all below. */
  GRADIENT(GradientStatistic.GRADIENT),
  /** {@code g^2}, see {@link GradientStatistic#SQUARED_GRADIENT}. */
  SQUARED_GRADIENT(GradientStatistic.SQUARED_GRADIENT),
  /** {@code w g}, see {@link GradientStatistic#PRODUCT}. */
  PRODUCT(GradientStatistic.PRODUCT),
  /** {@code |w g|}, see {@link GradientStatistic#ABSOLUTE_PRODUCT}. */
  ABSOLUTE_PRODUCT(GradientStatistic.ABSOLUTE_PRODUCT),
  /** {@code (w g)^2}, see {@link GradientStatistic#SQUARED_PRODUCT}. */
  SQUARED_PRODUCT(GradientStatistic.SQUARED_PRODUCT),
  /**
   * {@code - sum w g} over the steps of the training so far: how far each weight has moved away
   * from zero; 0 before the first step.
   */
  MOVEMENT(Source.STEPS),
  /**
   * As {@link #MOVEMENT}, with scores that Adam learns from the gradient {@code w g} with a step
   * size of 1 (decays 0.9 and 0.999, epsilon 1e-8): every step moves a score by about the same,
   * whatever the size of its gradient. Another step size would give the same order.
   */
  ADAM_MOVEMENT(Source.STEPS),
  /**
   * {@code S} of the training so far, with {@code S = 0.9 S + |w g|} after each step; 0 before the
   * first step.
   */
  SALIENCY_MOMENTUM(Source.STEPS);

  /** Where a statistic is read. */
  public enum Source {
    /** Inference. */
    ACTIVATIONS,
    /** Gradients of batches that nothing is trained on. */
    GRADIENTS,
    /** The steps of the training that is pruned in. */
    STEPS
  }

  private final Source source;
  private final Optional<GradientStatistic> ofWeights;

  Statistic(Source source) {
    this.source = source;
    this.ofWeights = Optional.empty();
  }

  Statistic(GradientStatistic ofWeights) {
    this.source = Source.GRADIENTS;
    this.ofWeights = Optional.of(ofWeights);
  }

  /** Where it is read. */
  public Source source() {
    return source;
  }

  /** What a fine-tuner is asked for it, if it is of gradients. */
  public Optional<GradientStatistic> ofWeights() {
    return ofWeights;
  }
}
