package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Model;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.core.OnnxFormat;
import io.espalier.engine.ClassWeights;
import io.espalier.engine.LossChoice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Parameters that choose the loss. */
final class LossSettings {
  private static final String CROSS_ENTROPY = "cross-entropy";
  private static final String PROBABILITIES = "cross-entropy-from-probabilities";
  private static final String DISTILLATION = "distillation";
  private static final String EQUAL = "equal";
  private static final String BALANCED = "balanced";
  private static final String NUMBERS = "equal, balanced, or a number above 0 for each class";

  static final Parameter<String> LOSS =
      Parameter.choice(
              "loss",
              "what the training makes small: cross-entropy of logits, cross-entropy of the"
                  + " probabilities that a Softmax puts out, mean squared error against the label's"
                  + " one-hot vector, binary cross-entropy of each logit against it, or"
                  + " cross-entropy together with the distance from a teacher's logits",
              CROSS_ENTROPY,
              PROBABILITIES,
              "mean-squared-error",
              "binary-cross-entropy",
              DISTILLATION)
          .or(CROSS_ENTROPY)
          .alsoNamed("criterion")
          .alsoWritten("torch.nn.CrossEntropyLoss", CROSS_ENTROPY);
  static final Parameter<Double> LABEL_SMOOTHING =
      Parameter.number(
              "labelSmoothing",
              "share of cross-entropy's target that is spread evenly over all classes; also with"
                  + " distillation")
          .or(0.0)
          .atLeast(0)
          .below(1);
  static final Parameter<String> CLASS_WEIGHTS =
      Parameter.text(
              "classWeights",
              "how much a sample of each class counts in cross-entropy: equal, balanced (rare"
                  + " classes more, by their share of the training samples), or numbers by class,"
                  + " such as 1,2.5,1")
          .or(EQUAL);
  static final Parameter<String> TEACHER =
      Parameter.text(
              "teacher",
              "loss distillation: ONNX file of the teacher, which puts out logits of the same"
                  + " classes; empty for the model that this training starts from")
          .or("");
  static final Parameter<Double> TEMPERATURE =
      Parameter.number(
              "temperature", "loss distillation: what logits are divided by before they compare")
          .or(4.0)
          .atLeast(0.01);
  static final Parameter<Double> DISTILLATION_WEIGHT =
      Parameter.number(
              "distillationWeight",
              "loss distillation: alpha, the teacher's share of the loss; the labels have the rest")
          .or(0.9)
          .atLeast(0)
          .atMost(1);

  static final List<Parameter<?>> ALL =
      List.of(LOSS, LABEL_SMOOTHING, CLASS_WEIGHTS, TEACHER, TEMPERATURE, DISTILLATION_WEIGHT);

  private LossSettings() {}

  /**
   * The loss that was asked for.
   *
   * @throws ParameterException for smoothing, weights or a teacher with a loss that takes none
   * @throws io.espalier.api.EspalierException if the teacher cannot be read
   */
  static LossChoice choice(Parameters parameters) {
    String loss = parameters.get(LOSS);
    double smoothing = parameters.get(LABEL_SMOOTHING);
    String teacher = parameters.get(TEACHER);
    ClassWeights weights = classWeights(parameters.get(CLASS_WEIGHTS));
    if (smoothing > 0) {
      requireLoss(loss, LABEL_SMOOTHING, smoothing, "0", Set.of(CROSS_ENTROPY, DISTILLATION));
    }
    if (!weights.equals(ClassWeights.EQUAL)) {
      requireLoss(
          loss,
          CLASS_WEIGHTS,
          parameters.get(CLASS_WEIGHTS),
          EQUAL,
          Set.of(CROSS_ENTROPY, PROBABILITIES, DISTILLATION));
    }
    if (!teacher.isEmpty()) {
      requireLoss(loss, TEACHER, teacher, "empty", Set.of(DISTILLATION));
    }
    LossChoice.CrossEntropy plain = new LossChoice.CrossEntropy(smoothing, weights);
    return switch (loss) {
      case PROBABILITIES -> new LossChoice.CrossEntropyFromProbabilities(weights);
      case "mean-squared-error" -> new LossChoice.MeanSquaredError();
      case "binary-cross-entropy" -> new LossChoice.BinaryCrossEntropy();
      case DISTILLATION ->
          new LossChoice.Distillation(
              plain,
              teacher(teacher),
              parameters.get(TEMPERATURE),
              parameters.get(DISTILLATION_WEIGHT));
      default -> plain;
    };
  }

  private static void requireLoss(
      String loss, Parameter<?> parameter, Object value, String off, Set<String> losses) {
    if (!losses.contains(loss)) {
      throw new ParameterException(
          parameter.name(),
          "%s is not allowed with loss %s (allowed: %s, or with loss %s)"
              .formatted(
                  value, loss, off, losses.stream().sorted().collect(Collectors.joining(", "))));
    }
  }

  private static ClassWeights classWeights(String text) {
    if (text.equals(EQUAL)) {
      return ClassWeights.EQUAL;
    }
    if (text.equals(BALANCED)) {
      return new ClassWeights.Balanced();
    }
    return new ClassWeights.Given(
        Arrays.stream(text.split(",", -1)).map(part -> weight(text, part.strip())).toList());
  }

  private static double weight(String text, String part) {
    try {
      double weight = Double.parseDouble(part);
      if (weight > 0 && Double.isFinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException e) {
      throw noWeight(text, part);
    }
    throw noWeight(text, part);
  }

  private static ParameterException noWeight(String text, String part) {
    return new ParameterException(
        CLASS_WEIGHTS.name(),
        "\"%s\" is not allowed, because of \"%s\" (allowed: %s)".formatted(text, part, NUMBERS));
  }

  private static Optional<Model> teacher(String file) {
    return file.isEmpty() ? Optional.empty() : Optional.of(new OnnxFormat().read(Path.of(file)));
  }
}
