package io.espalier.core;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What XNNPACK's sparse inference runs faster, after the section on sparse inference of its
 * TensorFlow Lite delegate's documentation: convolutions of images with a kernel of 1x1, a stride
 * of 1, one group and no padding, once two thirds of the weights of all of them are zero, in a
 * network that begins with a convolution of 3x3, stride 2, padding 1 and 3 input channels, and ends
 * with a mean over all positions or with DepthToSpace.
 *
 * <p>The rule for layers chooses; what the network lacks is only said, since the layers can be
 * pruned whatever stands around them.
 */
final class XnnpackPolicy {
  private static final int IMAGES = 4;

  private final Model model;

  XnnpackPolicy(Model model) {
    this.model = model;
  }

  /** Why a layer would run no faster, if that is so. */
  Optional<String> objection(Layer layer) {
    Optional<Node> node = consumer(layer);
    if (node.isEmpty() || !layer.type().equals("Conv") || layer.shape().rank() != IMAGES) {
      return Optional.of("the sparse kernels of XNNPACK take convolutions of 1x1 only");
    }
    if (layer.shape().dim(2) != 1 || layer.shape().dim(3) != 1) {
      return Optional.of(
          "its kernel is %dx%d, and the sparse kernels of XNNPACK take 1x1 only"
              .formatted(layer.shape().dim(2), layer.shape().dim(3)));
    }
    List<Long> strides = node.get().intsAttribute("strides", List.of());
    if (strides.stream().anyMatch(stride -> stride != 1)) {
      return Optional.of(
          "its stride is %s, and the sparse kernels of XNNPACK take 1 only".formatted(by(strides)));
    }
    long groups = node.get().intAttribute("group", 1);
    if (groups != 1) {
      return Optional.of(
          "it has %d groups, and the sparse kernels of XNNPACK take one only".formatted(groups));
    }
    if (node.get().intsAttribute("pads", List.of()).stream().anyMatch(pad -> pad != 0)) {
      return Optional.of("it is padded, and the sparse kernels of XNNPACK take no padding");
    }
    return Optional.empty();
  }

  /** What the network as a whole has to have besides, a line for each that it lacks. */
  List<String> conditions() {
    List<String> conditions = new ArrayList<>();
    conditions.add(
        "XNNPACK runs the convolutions of 1x1 sparse once two thirds of all their weights are zero");
    Optional<Node> first =
        model.graph().nodes().stream().filter(node -> node.type().equals("Conv")).findFirst();
    if (first.isEmpty() || !begins(first.get())) {
      conditions.add(
          "XNNPACK will run this network dense: sparse inference begins at a convolution of 3x3 with stride 2, padding 1 and 3 input channels, and the first is another");
    }
    boolean ends =
        model.graph().nodes().stream()
            .anyMatch(
                node ->
                    List.of("GlobalAveragePool", "ReduceMean", "DepthToSpace")
                        .contains(node.type()));
    if (!ends) {
      conditions.add(
          "XNNPACK will run this network dense: sparse inference ends at a mean over all positions or at DepthToSpace, and there is neither");
    }
    return conditions;
  }

  private boolean begins(Node conv) {
    var weight = model.tensors().get(conv.inputs().get(1));
    return weight != null
        && weight.shape().dims().size() == IMAGES
        && weight.shape().dims().subList(1, IMAGES).equals(List.of(3L, 3L, 3L))
        && conv.intsAttribute("strides", List.of()).equals(List.of(2L, 2L))
        && (conv.intsAttribute("pads", List.of()).equals(List.of(1L, 1L, 1L, 1L))
            || conv.textAttribute("auto_pad", "NOTSET").startsWith("SAME"));
  }

  private Optional<Node> consumer(Layer layer) {
    return model.graph().nodes().stream()
        .filter(node -> node.inputs().contains(layer.weight()))
        .findFirst();
  }

  private static String by(List<Long> extents) {
    return extents.stream().map(Object::toString).collect(Collectors.joining("x"));
  }
}
