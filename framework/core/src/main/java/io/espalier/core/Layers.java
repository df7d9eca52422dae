package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
    return layers(model, depthwise, name -> floats(model, name));
  }

  /**
   * The layers that {@link #prunable(Model)} gives, and those whose weight was one before it was
   * quantised: an int8 tensor that a DequantizeLinear gives to the layer.
   */
  public static List<Layer> weighted(Model model) {
    Map<String, String> quantised = new HashMap<>();
    for (Node node : model.graph().nodes()) {
      if (node.type().equals("DequantizeLinear")) {
        quantised.put(node.outputs().get(0), node.inputs().get(0));
      }
    }
    return layers(
        model,
        false,
        name ->
            floats(model, name)
                .or(
                    () ->
                        Optional.ofNullable(model.tensors().get(quantised.getOrDefault(name, "")))
                            .filter(t -> t.type() == DataType.INT8)));
  }

  private static List<Layer> layers(
      Model model, boolean depthwise, Function<String, Optional<Tensor>> tensors) {
    List<Layer> layers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node node : model.graph().nodes()) {
      weight(node, tensors)
          .filter(weight -> depthwise || !isDepthwise(node, weight))
          .filter(weight -> seen.add(weight.name()))
          .ifPresent(weight -> layers.add(layer(node, weight, tensors)));
    }
    return List.copyOf(layers);
  }

  private static Layer layer(Node node, Tensor weight, Function<String, Optional<Tensor>> tensors) {
    String name = weight.name();
    boolean straight = node.type().equals("Gemm") && node.intAttribute("transB", 0) == 0;
    boolean left = node.type().equals("MatMul") && tensors.apply(node.inputs().get(1)).isEmpty();
    int last = weight.shape().rank() - 1;
    if (straight || left) {
      return new Layer(
          node.name(), node.type(), name, weight.shape(), left ? last - 1 : 1, left ? last : 0);
    }
    return new Layer(node.name(), node.type(), name, weight.shape());
  }

  private static Optional<Tensor> weight(Node node, Function<String, Optional<Tensor>> tensors) {
    if (!node.domain().isEmpty() || node.inputs().size() < 2) {
      return Optional.empty();
    }
    return switch (node.type()) {
      case "Conv", "ConvTranspose", "Gemm" -> tensors.apply(node.inputs().get(1));
      case "MatMul" ->
          tensors.apply(node.inputs().get(1)).or(() -> tensors.apply(node.inputs().get(0)));
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
