package io.espalier.engine;

/** What a training makes small. All are means over the samples. */
public sealed interface LossChoice {
  /**
   * Cross-entropy of the softmax of logits. With smoothing (Szegedy et al. 2016) the right class
   * has the share {@code 1 - smoothing + smoothing / classes} of the target and each other one
   * {@code smoothing / classes}.
   *
   * @param smoothing 0 to below 1
   */
  record CrossEntropy(double smoothing) implements LossChoice {
    /** Without smoothing. */
    public CrossEntropy() {
      this(0);
    }
  }

  /** Cross-entropy of probabilities: the graph's output comes out of a Softmax. */
  record CrossEntropyFromProbabilities() implements LossChoice {}

  /** Mean over the classes of the squared distance from the label's one-hot vector. */
  record MeanSquaredError() implements LossChoice {}

  /**
   * Mean over the classes of the cross-entropy between the sigmoid of each logit and the label's
   * one-hot vector.
   */
  record BinaryCrossEntropy() implements LossChoice {}
}
