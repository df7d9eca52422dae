package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a layer's activations are in its graph.
 *
 * @param node that has the weight
 * @param input the value that the weight is applied to
 * @param inputAxis axis of the input along which its channels lie, counted from the last if
 *     negative
 * @param linear the layer's own output, with bias and batch normalisation where they follow alone
 * @param active the same after the activation that follows alone; {@code linear} if none does
 * @param outputAxis axis of both along which output channels lie, counted from the last if negative
 */
public record LayerValues(
    Node node, String input, int inputAxis, String linear, String active, int outputAxis) {
  private static final Set<String> ACTIVATIONS =
      Set.of(
          "Relu",
          "Clip",
          "LeakyRelu",
          "PRelu",
          "Elu",
          "Selu",
          "Celu",
          "Gelu",
          "Sigmoid",
          "HardSigmoid",
          "HardSwish",
          "Mish",
          "Softplus",
          "Softsign",
          "Tanh",
          "ThresholdedRelu");

  /**
   * The values of a layer.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if no node applies the weight to a value
   */
  public static LayerValues of(Model model, Layer layer) {
    for (Node node : model.graph().nodes()) {
      int operand = node.inputs().indexOf(layer.weight());
      if (operand >= 0 && operand < 2 && node.inputs().size() > 1) {
        return of(model, node, operand);
      }
    }
    throw new EspalierException(
        FailureCode.MODEL,
        "no node multiplies a value by the weight '%s', so '%s' has no activations to measure"
            .formatted(layer.weight(), layer.name()));
  }

  private static LayerValues of(Model model, Node node, int operand) {
    boolean product = node.type().equals("MatMul");
    boolean left = product && operand == 0;
    int channels = product ? (left ? -2 : -1) : 1;
    String linear = node.outputs().get(0);
    while (true) {
      Node next = onlyUse(model, linear);
      if (next == null || !(next.type().equals("BatchNormalization") || addsBias(model, next))) {
        break;
      }
      linear = next.outputs().get(0);
    }
    Node next = onlyUse(model, linear);
    String active =
        next != null && ACTIVATIONS.contains(next.type()) ? next.outputs().get(0) : linear;
    return new LayerValues(
        node, node.inputs().get(1 - operand), channels, linear, active, channels);
  }

  private static boolean addsBias(Model model, Node node) {
    return node.type().equals("Add")
        && node.inputs().stream().anyMatch(model.tensors()::containsKey);
  }

  private static @Nullable Node onlyUse(Model model, String value) {
    List<Node> uses =
        model.graph().nodes().stream().filter(node -> node.inputs().contains(value)).toList();
    boolean result =
        model.graph().outputs().stream().anyMatch(output -> output.name().equals(value));
    return uses.size() == 1 && !result ? uses.get(0) : null;
  }
}
