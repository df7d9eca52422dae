package io.espalier.engine;

import io.espalier.api.Model;
import java.util.Optional;

/** What a training makes small. All are means over the samples, weighted by class if asked. */
public sealed interface LossChoice {
  /**
   * Cross-entropy of the softmax of logits. With smoothing (Szegedy et al. 2016) the right class
   * has the share {@code 1 - smoothing + smoothing / classes} of the target and each other one
   * {@code smoothing / classes}.
   *
   * @param smoothing 0 to below 1
   * @param classWeights what the classes' shares of the target are multiplied with; the mean is
   *     over the weights of the right classes, as in PyTorch
   */
  record CrossEntropy(double smoothing, ClassWeights classWeights) implements LossChoice {
    /** Without smoothing and weights. */
    public CrossEntropy() {
      this(0);
    }

    /** With smoothing alone. */
    public CrossEntropy(double smoothing) {
      this(smoothing, ClassWeights.EQUAL);
    }
  }

  /**
   * Cross-entropy of probabilities: the graph's output comes out of a Softmax.
   *
   * @param classWeights how much a sample of each class counts in the mean
   */
  record CrossEntropyFromProbabilities(ClassWeights classWeights) implements LossChoice {
    /** Without weights. */
    public CrossEntropyFromProbabilities() {
      this(ClassWeights.EQUAL);
    }
  }

  /** Mean over the classes of the squared distance from the label's one-hot vector. */
  record MeanSquaredError() implements LossChoice {}

  /**
   * Mean over the classes of the cross-entropy between the sigmoid of each logit and the label's
   * one-hot vector.
   */
  record BinaryCrossEntropy() implements LossChoice {}

  /**
   * Knowledge distillation (Hinton, Vinyals and Dean 2015): {@code 1 - alpha} of the cross-entropy
   * against the labels and {@code alpha} of the squared temperature times the Kullback-Leibler
   * divergence of the student's softmax from the teacher's, both of logits divided by the
   * temperature.
   *
   * @param hard the cross-entropy
   * @param teacher whose first output is logits of the same classes; empty for the model that the
   *     training starts from
   * @param temperature above 0
   * @param alpha 0 to 1
   */
  record Distillation(CrossEntropy hard, Optional<Model> teacher, double temperature, double alpha)
      implements LossChoice {}
}
