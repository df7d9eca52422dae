package io.espalier.bench.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a tensor is to the node that it goes into, in words. */
final class TensorKinds {
  static final String RUNNING_VARIANCE = "BatchNormalization running variance";

  private static final Map<String, List<String>> INPUTS =
      Map.of(
          "BatchNormalization",
          List.of("input", "scale", "bias", "running mean", "running variance"),
          "Conv",
          List.of("input", "weight", "bias"),
          "Gemm",
          List.of("input", "weight", "bias"),
          "LayerNormalization",
          List.of("input", "scale", "bias"),
          "MatMul",
          List.of("input", "weight"),
          "Add",
          List.of("input", "bias"));

  private TensorKinds() {}

  /** By tensor; those that are no parameters are not in it. */
  static Map<String, String> of(Model model) {
    Map<String, String> kinds = new HashMap<>();
    for (Node node : model.graph().nodes()) {
      List<String> inputs = INPUTS.getOrDefault(node.type(), List.of());
      for (int i = 0; i < Math.min(inputs.size(), node.inputs().size()); i++) {
        if (model.tensors().containsKey(node.inputs().get(i))) {
          kinds.put(node.inputs().get(i), node.type() + " " + inputs.get(i));
        }
      }
    }
    return kinds;
  }
}
