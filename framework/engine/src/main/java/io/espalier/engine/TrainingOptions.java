package io.espalier.engine;

/**
 * How to train.
 *
 * @param epochs passes over the training samples, at least 1
 * @param batchSize samples per step, at least 1; the last batch of an epoch may have fewer
 * @param optimizer rule of the update
 * @param learningRate over the steps
 * @param weightDecay of every weight with two or more axes, at least 0; what it does says the
 *     {@link OptimizerChoice}
 * @param clipNorm largest Euclidean norm of the whole gradient, by which a longer one is scaled
 *     down; 0 for none
 * @param scaleSparsity what the magnitude of every scale of a batch normalisation adds to the loss
 *     that is trained on, at least 0: Z. Liu et al., "Learning efficient convolutional networks
 *     through network slimming" (ICCV 2017). Losses that are told are without it
 * @param loss what to make small; the validation loss is the same
 * @param ending when the training ends and with which model
 * @param augmentation of the samples that are trained on
 * @param validationSplit share of the training samples, the last ones, that is measured at the end
 *     of each epoch and not trained on, 0 to below 1
 * @param aggregation of the gradients of weights that share a value
 * @param threads how many compute; 0 for as many as there are cores. The result depends on it by
 *     rounding only, and only in networks of more than a million gradients per group of a batch
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    OptimizerChoice optimizer,
    LearningRate learningRate,
    double weightDecay,
    double clipNorm,
    double scaleSparsity,
    LossChoice loss,
    Ending ending,
    Augmentation augmentation,
    double validationSplit,
    GradientAggregation aggregation,
    int threads) {
  /** Options with plain cross-entropy and what is off by default left off. */
  public TrainingOptions(
      int epochs,
      int batchSize,
      OptimizerChoice optimizer,
      LearningRate learningRate,
      double weightDecay,
      double validationSplit,
      int threads) {
    this(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        0,
        0,
        new LossChoice.CrossEntropy(),
        Ending.LAST,
        Augmentation.NONE,
        validationSplit,
        GradientAggregation.AVG,
        threads);
  }

  /** The same options with another bound on the gradient's norm. */
  public TrainingOptions withClipNorm(double newClipNorm) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        newClipNorm,
        scaleSparsity,
        loss,
        ending,
        augmentation,
        validationSplit,
        aggregation,
        threads);
  }

  /** The same options with another penalty on the scales of batch normalisations. */
  public TrainingOptions withScaleSparsity(double newScaleSparsity) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        clipNorm,
        newScaleSparsity,
        loss,
        ending,
        augmentation,
        validationSplit,
        aggregation,
        threads);
  }

  /** The same options with another loss. */
  public TrainingOptions with(LossChoice newLoss) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        clipNorm,
        scaleSparsity,
        newLoss,
        ending,
        augmentation,
        validationSplit,
        aggregation,
        threads);
  }

  /** The same options with another ending. */
  public TrainingOptions with(Ending newEnding) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        clipNorm,
        scaleSparsity,
        loss,
        newEnding,
        augmentation,
        validationSplit,
        aggregation,
        threads);
  }

  /** The same options with another augmentation. */
  public TrainingOptions with(Augmentation newAugmentation) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        clipNorm,
        scaleSparsity,
        loss,
        ending,
        newAugmentation,
        validationSplit,
        aggregation,
        threads);
  }

  /** The same options with another aggregation. */
  public TrainingOptions with(GradientAggregation newAggregation) {
    return new TrainingOptions(
        epochs,
        batchSize,
        optimizer,
        learningRate,
        weightDecay,
        clipNorm,
        scaleSparsity,
        loss,
        ending,
        augmentation,
        validationSplit,
        newAggregation,
        threads);
  }
}
