package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.engine.LossChoice;
import java.util.List;

/** Parameters that choose the loss. */
final class LossSettings {
  private static final String CROSS_ENTROPY = "cross-entropy";

  static final Parameter<String> LOSS =
      Parameter.choice(
              "loss",
              "what the training makes small: cross-entropy of logits, cross-entropy of the"
                  + " probabilities that a Softmax puts out, mean squared error against the label's"
                  + " one-hot vector, or binary cross-entropy of each logit against it",
              CROSS_ENTROPY,
              "cross-entropy-from-probabilities",
              "mean-squared-error",
              "binary-cross-entropy")
          .or(CROSS_ENTROPY);
  static final Parameter<Double> LABEL_SMOOTHING =
      Parameter.number(
              "labelSmoothing",
              "share of cross-entropy's target that is spread evenly over all classes")
          .or(0.0)
          .atLeast(0)
          .below(1);

  static final List<Parameter<?>> ALL = List.of(LOSS, LABEL_SMOOTHING);

  private LossSettings() {}

  /**
   * The loss that was asked for.
   *
   * @throws ParameterException for label smoothing with another loss than cross-entropy
   */
  static LossChoice choice(Parameters parameters) {
    String loss = parameters.get(LOSS);
    double smoothing = parameters.get(LABEL_SMOOTHING);
    if (smoothing > 0 && !loss.equals(CROSS_ENTROPY)) {
      throw new ParameterException(
          LABEL_SMOOTHING.name(),
          "%s is not allowed with loss %s (allowed: 0, or with loss cross-entropy)"
              .formatted(smoothing, loss));
    }
    return switch (loss) {
      case "cross-entropy-from-probabilities" -> new LossChoice.CrossEntropyFromProbabilities();
      case "mean-squared-error" -> new LossChoice.MeanSquaredError();
      case "binary-cross-entropy" -> new LossChoice.BinaryCrossEntropy();
      default -> new LossChoice.CrossEntropy(smoothing);
    };
  }
}
