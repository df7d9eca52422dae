package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the layers of a model whose weights can be pruned and clustered. */
public final class Layers {
  private Layers() {}

  /**
   * The prunable layers in graph order: Conv, ConvTranspose, Gemm, and MatMul whose weight is a
   * float tensor of the model. Depthwise convolutions are left out. A weight that several nodes
   * share counts once, for the first of them.
   */
  public static List<Layer> prunable(Model model) {
    return prunable(model, false);
  }

  /**
   * The prunable layers in graph order.
   *
   * @param depthwise whether depthwise convolutions are among them
   */
  public static List<Layer> prunable(Model model, boolean depthwise) {
    List<Layer> layers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node node : model.graph().nodes()) {
      weight(model, node)
          .filter(weight -> depthwise || !isDepthwise(node, weight))
          .filter(weight -> seen.add(weight.name()))
          .ifPresent(weight -> layers.add(layer(node, weight)));
    }
    return List.copyOf(layers);
  }

  private static Layer layer(Node node, Tensor weight) {
    String name = weight.name();
    boolean straight = node.type().equals("Gemm") && node.intAttribute("transB", 0) == 0;
    boolean left = node.type().equals("MatMul") && !node.inputs().get(1).equals(name);
    int last = weight.shape().rank() - 1;
    if (straight || left) {
      return new Layer(
          node.name(), node.type(), name, weight.shape(), left ? last - 1 : 1, left ? last : 0);
    }
    return new Layer(node.name(), node.type(), name, weight.shape());
  }

  private static Optional<Tensor> weight(Model model, Node node) {
    if (!node.domain().isEmpty() || node.inputs().size() < 2) {
      return Optional.empty();
    }
    return switch (node.type()) {
      case "Conv", "ConvTranspose", "Gemm" -> floats(model, node.inputs().get(1));
      case "MatMul" ->
          floats(model, node.inputs().get(1)).or(() -> floats(model, node.inputs().get(0)));
      default -> Optional.empty();
    };
  }

  private static Optional<Tensor> floats(Model model, String name) {
    return Optional.ofNullable(model.tensors().get(name))
        .filter(t -> t.type() == DataType.FLOAT && t.shape().rank() > 0 && t.size() > 0);
  }

  /** Whether every group of a convolution has one input channel. */
  private static boolean isDepthwise(Node node, Tensor weight) {
    long group = node.type().startsWith("Conv") ? node.intAttribute("group", 1) : 1;
    if (group <= 1 || weight.shape().rank() < 2) {
      return false;
    }
    long channels =
        node.type().equals("Conv") ? weight.shape().dim(1) * group : weight.shape().dim(0);
    return channels == group;
  }
}
