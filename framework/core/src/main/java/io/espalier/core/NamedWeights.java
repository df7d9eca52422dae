package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights that a user names besides those of the known layers: of an operator that Espalier does
 * not prune by itself, or the bias of one that it does.
 */
final class NamedWeights {
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) for a name that no float tensor has which
   *     a node takes
   */
  NamedWeights(Model model, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean found = false;
      for (Node node : model.graph().nodes()) {
        for (String input : node.inputs()) {
          Tensor tensor = model.tensors().get(input);
          if (tensor != null && Globs.matches(name, input) && prunable(tensor)) {
            found = true;
            add(model, node, tensor);
          }
        }
      }
      if (!found) {
        throw new EspalierException(
            FailureCode.USAGE,
            "weights[%d]: \"%s\" matches no float tensor that a node takes (the model has: %s)"
                .formatted(i, name, String.join(", ", model.tensors().keySet())));
      }
    }
  }

  private static boolean prunable(Tensor tensor) {
    return tensor.type() == DataType.FLOAT && tensor.shape().rank() > 0 && tensor.size() > 0;
  }

  private void add(Model model, Node node, Tensor tensor) {
    String name = tensor.name();
    for (Layer known : Layers.prunable(model, true)) {
      if (known.weight().equals(name)) {
        layers.putIfAbsent(name, known);
        return;
      }
    }
    int rank = tensor.shape().rank();
    Layer layer = new Layer(name, node.type(), name, tensor.shape(), 0, rank > 1 ? 1 : -1);
    if (layers.putIfAbsent(name, layer) == null && rank == 1) {
      notes.add(
          "%s of %s is taken as asked; pruning or clustering a bias or another vector usually harms accuracy too much"
              .formatted(name, node.name()));
    }
  }

  List<Layer> layers() {
    return List.copyOf(layers.values());
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
