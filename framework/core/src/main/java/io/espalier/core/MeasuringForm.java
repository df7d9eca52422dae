package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes of a file that was exported while training, in the form that measures: a model of Espalier
 * is one for inference, and who trains it knows what to do in training. BatchNormalization takes
 * the running statistics and Dropout passes, unless something uses what only the other form gives.
 */
final class MeasuringForm {
  private static final int MODE = 2;

  private final Map<String, Tensor> tensors;
  private final Set<String> used;

  private MeasuringForm(List<Node> nodes, Map<String, Tensor> tensors, Set<String> outputs) {
    this.tensors = tensors;
    this.used = new HashSet<>(outputs);
    nodes.forEach(node -> used.addAll(node.inputs()));
  }

  /**
   * The same nodes, those of a training in the form that measures.
   *
   * @param outputs names of the graph's outputs
   */
  static List<Node> of(List<Node> nodes, Map<String, Tensor> tensors, Set<String> outputs) {
    MeasuringForm form = new MeasuringForm(nodes, tensors, outputs);
    return nodes.stream().map(form::measuring).toList();
  }

  private Node measuring(Node node) {
    boolean bare = node.outputs().stream().skip(1).noneMatch(used::contains);
    if (!node.domain().isEmpty() || !bare) {
      return node;
    }
    return switch (node.type()) {
      case "BatchNormalization" ->
          node.intAttribute("training_mode", 0) != 0 ? normalising(node) : node;
      case "Dropout" -> drops(node) ? passing(node) : node;
      default -> node;
    };
  }

  private static Node normalising(Node node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.remove("training_mode");
    return with(node, node.inputs(), attributes);
  }

  /** Whether a constant says that elements drop. */
  private boolean drops(Node node) {
    return node.inputs().size() > MODE
        && Optional.ofNullable(tensors.get(node.inputs().get(MODE)))
            .filter(mode -> mode.size() == 1 && Numbers.of(mode).reals()[0] != 0)
            .isPresent();
  }

  private static Node passing(Node node) {
    List<String> inputs = new ArrayList<>(node.inputs().subList(0, MODE));
    return with(node, inputs, node.attributes());
  }

  private static Node with(Node node, List<String> inputs, Map<String, Attribute> attributes) {
    return new Node(
        node.name(), node.type(), node.domain(), inputs, node.outputs().subList(0, 1), attributes);
  }
}
