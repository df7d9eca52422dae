package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.ParameterException;
import java.util.Optional;
import java.util.Set;

/** Whether a loss fits what a graph's first output is: logits or probabilities. */
final class LossFit {
  private static final Set<String> PASSING = Set.of("Identity", "Flatten", "Reshape");
  private static final Set<String> PROBABILITIES = Set.of("Softmax", "Sigmoid");
  private static final String PARAMETER = "loss";

  private LossFit() {}

  /**
   * Checks that a loss fits.
   *
   * @throws ParameterException that names the loss and the node that the output comes out of
   */
  static void require(LossChoice choice, Model model) {
    String output = model.graph().outputs().get(0).name();
    Optional<Node> maker = maker(model, output);
    String type = maker.map(Node::type).orElse("");
    if (choice instanceof LossChoice.CrossEntropyFromProbabilities && !type.equals("Softmax")) {
      throw refuse("cross-entropy-from-probabilities takes the output of a Softmax", output, maker);
    }
    boolean probabilities = PROBABILITIES.contains(type);
    if (choice instanceof LossChoice.CrossEntropy && probabilities) {
      throw refuse("cross-entropy takes logits", output, maker);
    }
    if (choice instanceof LossChoice.BinaryCrossEntropy && probabilities) {
      throw refuse("binary-cross-entropy takes logits", output, maker);
    }
    if (choice instanceof LossChoice.Distillation && probabilities) {
      throw refuse("distillation takes logits", output, maker);
    }
  }

  /**
   * Checks that a model's first output is logits.
   *
   * @param parameter to name in the complaint
   * @throws ParameterException that names the node that the output comes out of
   */
  static void requireLogits(String parameter, Model model) {
    String output = model.graph().outputs().get(0).name();
    maker(model, output)
        .filter(node -> PROBABILITIES.contains(node.type()))
        .ifPresent(
            node -> {
              throw new ParameterException(
                  parameter,
                  "its output '%s' comes out of node '%s' (%s) (allowed: a model that puts out logits)"
                      .formatted(output, node.name(), node.type()));
            });
  }

  /** The loss to look at where nothing is trained: cross-entropy, if the output allows it. */
  static LossChoice natural(Model model) {
    return switch (maker(model, model.graph().outputs().get(0).name()).map(Node::type).orElse("")) {
      case "Softmax" -> new LossChoice.CrossEntropyFromProbabilities();
      case "Sigmoid" -> new LossChoice.MeanSquaredError();
      default -> new LossChoice.CrossEntropy();
    };
  }

  /** The node that computes a value, beyond those that only pass it on. */
  private static Optional<Node> maker(Model model, String value) {
    Optional<Node> producer =
        model.graph().nodes().stream().filter(n -> n.outputs().contains(value)).findFirst();
    return producer.isPresent() && PASSING.contains(producer.get().type())
        ? maker(model, producer.get().inputs().get(0))
        : producer;
  }

  private static ParameterException refuse(String wants, String output, Optional<Node> maker) {
    String from =
        maker.map(n -> "node '%s' (%s)".formatted(n.name(), n.type())).orElse("no node at all");
    boolean softmax = maker.filter(n -> n.type().equals("Softmax")).isPresent();
    return new ParameterException(
        PARAMETER,
        "%s, but output '%s' comes out of %s (allowed: %s)"
            .formatted(
                wants,
                output,
                from,
                softmax
                    ? "cross-entropy-from-probabilities, mean-squared-error"
                    : maker.filter(n -> n.type().equals("Sigmoid")).isPresent()
                        ? "mean-squared-error"
                        : "cross-entropy, mean-squared-error, binary-cross-entropy, distillation"));
  }
}
