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
   * scaled down where the fine-tuner bounds its norm, as averaged over each value of a codebook,
   * and also of weights that a mask holds at zero.
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

  /** Ends the training after this call; the model as it is now is its result. */
  void stop();
}
