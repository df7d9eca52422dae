package io.espalier.api;

/** What a listener may do to the training that calls it, for the length of the call. */
public interface TrainingControl {
  /** An immutable copy of the model as it is now, constraints included. */
  Model model();

  /**
   * Sets constraints on the live weights, gradients and optimizer state. A mask or codebook
   * replaces the one on the same tensor.
   */
  void apply(Plan plan);

  /**
   * A copy of the gradient that the last step was made with, of the mean loss of its batch: as
   * scaled down where the fine-tuner bounds its norm, as averaged or added up over each value of a
   * codebook, and also of weights that a mask holds at zero.
   *
   * @param tensor that is trained
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the tensor is not trained, no step
   *     was made yet, or the fine-tuner does not tell
   */
  default Tensor gradient(String tensor) {
    throw new EspalierException(
        FailureCode.PLUGIN, "this fine-tuner does not tell the gradient of a step");
  }

  /** The whole state of the training. */
  Checkpoint checkpoint();

  /**
   * Multiplies the learning rate that the fine-tuner's own rule gives, from the next step on. Each
   * call replaces the factor of the last; at first it is 1. A checkpoint does not hold it: who
   * asked for it asks again when a training resumes.
   *
   * @param factor above 0, finite
   * @throws EspalierException ({@link FailureCode#USAGE}) if the fine-tuner cannot do that
   */
  default void scaleLearningRate(double factor) {
    throw new EspalierException(
        FailureCode.USAGE, "this fine-tuner cannot change its learning rate while it trains");
  }

  /** Ends the training after this call; the model as it is now is its result. */
  void stop();
}
