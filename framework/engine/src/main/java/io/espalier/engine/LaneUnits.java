package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.engine.Value.Buffers;
import java.util.List;
import java.util.Optional;

/**
 * Decides where a plan lays channels side by side: in convolutions of 1x1 and depthwise ones with
 * the normalisation and rectifier behind them, in the first convolution before such ones, and in
 * sums and means of what comes out of these. Everything else gets row-major copies.
 */
final class LaneUnits {
  /** Most floats under the window of a first convolution. */
  private static final long MOST_TERMS = 256;

  private static final int KERNEL_AXIS = 2;
  private static final int OUTPUTS = 0;

  private LaneUnits() {}

  /**
   * A convolution with what follows it.
   *
   * @param weight of the convolution
   * @param normalisation that its output goes into
   * @param result name of what comes out of all
   * @param rectifier behind the normalisation
   */
  private record Unit(Tensor weight, Node normalisation, String result, Optional<Node> rectifier) {}

  /** Whether any convolution of a graph is laid out so. */
  static boolean anyIn(Iterable<Node> nodes, Binder binder) {
    for (Node node : nodes) {
      if (node.type().equals("Conv") && unit(node, binder).isPresent() && narrow(node, binder)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Unit> unit(Node node, Binder binder) {
    Optional<Tensor> weight = binder.constant(node, 1);
    Optional<Node> normalisation =
        binder
            .soleConsumer(node)
            .filter(next -> next.type().equals("BatchNormalization"))
            .filter(next -> next.intAttribute("spatial", 1) != 0)
            .filter(next -> next.inputs().get(0).equals(node.outputs().get(0)));
    if (weight.isEmpty()
        || normalisation.isEmpty()
        || node.hasInput(2)
        || weight.get().type() != DataType.FLOAT
        || weight.get().shape().rank() != 4) {
      return Optional.empty();
    }
    Node behind = normalisation.get();
    Optional<Node> rectifier =
        binder.soleConsumer(behind).filter(next -> bounds(next, binder).isPresent());
    String result = rectifier.orElse(behind).outputs().get(0);
    return Optional.of(new Unit(weight.get(), behind, result, rectifier));
  }

  private static Optional<Activations.Bounds> bounds(Node node, Binder binder) {
    if (node.type().equals("Relu")) {
      return Optional.of(new Activations.Bounds(0, Float.POSITIVE_INFINITY));
    }
    boolean constant =
        node.type().equals("Clip")
            && node.inputs().stream().skip(1).allMatch(name -> binder.isConstant(name));
    return constant && Activations.of(node, binder) instanceof Activations.Bounds bounds
        ? Optional.of(bounds)
        : Optional.empty();
  }

  /** Whether it is a convolution of 1x1 that moves by one, or a depthwise one. */
  private static boolean narrow(Node node, Binder binder) {
    return pointwise(node, binder) || depthwise(node, binder);
  }

  private static boolean pointwise(Node node, Binder binder) {
    Shape kernel = binder.constant(node, 1).orElseThrow().shape();
    return kernel.dim(KERNEL_AXIS) == 1
        && kernel.dim(KERNEL_AXIS + 1) == 1
        && node.intAttribute("group", 1) == 1
        && onlyHas(node, "strides", 1)
        && onlyHas(node, "pads", 0);
  }

  private static boolean onlyHas(Node node, String attribute, long value) {
    return node.intsAttribute(attribute, List.of()).stream().allMatch(v -> v == value);
  }

  private static boolean depthwise(Node node, Binder binder) {
    long groups = node.intAttribute("group", 1);
    Shape kernel = binder.constant(node, 1).orElseThrow().shape();
    return groups > 1 && kernel.dim(1) == 1 && kernel.dim(OUTPUTS) == groups;
  }

  /** Whether it is the first convolution, over few channels, and only narrow ones follow. */
  private static boolean first(Node node, Unit unit, Binder binder) {
    Shape kernel = unit.weight().shape();
    return node.inputs().get(0).equals(binder.graphInput())
        && node.intAttribute("group", 1) == 1
        && kernel.size() / kernel.dim(OUTPUTS) <= MOST_TERMS
        && binder.consumers(unit.result()).stream()
            .allMatch(
                next ->
                    next.type().equals("Conv")
                        && unit(next, binder).isPresent()
                        && narrow(next, binder));
  }

  /** Adds a convolution and what follows it, if all of it is laid out so. */
  static boolean bindConvolution(Node node, Binder binder) {
    Optional<Unit> found = unit(node, binder);
    if (found.isEmpty()) {
      return false;
    }
    Unit unit = found.get();
    if (narrow(node, binder)) {
      LaneSource source = binder.lanes(node, 0);
      if (pointwise(node, binder)) {
        bindTerms(node, binder, unit, new LanePixels(source));
      } else {
        bindDepthwise(node, binder, unit, source);
      }
      return true;
    }
    if (first(node, unit, binder)) {
      Value image = binder.value(node, 0);
      bindTerms(node, binder, unit, new LanePatches(image, window(node, binder, unit, image)));
      return true;
    }
    return false;
  }

  private static Window window(Node node, Binder binder, Unit unit, Value input) {
    Shape kernel = unit.weight().shape();
    return Window.of(
        node,
        input.shape(),
        binder.sample(node),
        kernel.dims().subList(KERNEL_AXIS, kernel.rank()));
  }

  private static void bindTerms(Node node, Binder binder, Unit unit, LaneTerms terms) {
    ParameterSlot weight = binder.panels(node, unit.weight());
    NormalisedLanes output = normalised(node, binder, unit);
    binder.add(node, new LaneConvolution(binder, terms, output, weight));
    binder.publish(output);
  }

  private static void bindDepthwise(Node node, Binder binder, Unit unit, LaneSource source) {
    ParameterSlot weight = binder.panels(node, unit.weight());
    Window window = window(node, binder, unit, source.data());
    NormalisedLanes output = normalised(node, binder, unit);
    binder.add(node, new LaneDepthwise(binder, source, output, weight, window));
    binder.publish(output);
  }

  private static NormalisedLanes normalised(Node node, Binder binder, Unit unit) {
    Node behind = unit.normalisation();
    BatchNormalization.Settings settings = BatchNormalization.Settings.of(behind, binder);
    Value raw = binder.defineLanes(node.outputs().get(0), true, Buffers.DATA);
    int first = settings.cut(behind, binder, raw);
    Value output = binder.defineBehind(unit.result());
    binder.fuse(behind);
    unit.rectifier().ifPresent(binder::fuse);
    Activations.Bounds bounds =
        unit.rectifier()
            .flatMap(next -> bounds(next, binder))
            .orElse(new Activations.Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY));
    return new NormalisedLanes(
        raw,
        output,
        first,
        settings.scale(),
        settings.bias(),
        settings.epsilon(),
        bounds.least(),
        bounds.most());
  }

  /** Adds a sum, if both operands are laid out so and alike. */
  static boolean bindAdd(Node node, Binder binder) {
    if (!binder.hasLanes(node, 0)
        || !binder.hasLanes(node, 1)
        || !binder.sampleOf(node, 0).equals(binder.sampleOf(node, 1))) {
      return false;
    }
    LaneSource left = binder.lanes(node, 0);
    LaneSource right = binder.lanes(node, 1);
    Value output = binder.defineLanes(node.outputs().get(0), true, Buffers.ALL);
    binder.add(node, new LaneAdd(binder, left, right, output));
    return true;
  }

  /** Adds a mean over all pixels, if they are laid out so. */
  static boolean bindPool(Node node, Binder binder) {
    if (!binder.hasLanes(node, 0)) {
      return false;
    }
    LaneSource source = binder.lanes(node, 0);
    Value output = binder.define(node.outputs().get(0), source.value().trained());
    binder.add(node, new LanePool(binder, source, output));
    return true;
  }
}
