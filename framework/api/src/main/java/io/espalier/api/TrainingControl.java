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

  /** The whole state of the training. */
  Checkpoint checkpoint();

  /** Ends the training after this call; the model as it is now is its result. */
  void stop();
}
