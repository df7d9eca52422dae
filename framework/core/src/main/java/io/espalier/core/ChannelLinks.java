package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node while its rule ties the channels around it. */
final class ChannelLinks {
  private final ChannelAnalysis analysis;
  private final Node node;

  ChannelLinks(ChannelAnalysis analysis, Node node) {
    this.analysis = analysis;
    this.node = node;
  }

  /** Applies the node's rule; an operator without one freezes what it touches. */
  void link() {
    ChannelRule rule = ChannelRules.of(node);
    boolean clear = true;
    for (int i = 0; i < node.inputs().size(); i++) {
      clear &= !given(i) || !opaque(i);
    }
    if (!clear && !(rule instanceof OpaqueInput)) {
      touch("node '%s' (%s) takes in a value of unknown shape".formatted(node.name(), node.type()));
    } else {
      rule.link(this);
    }
    protect();
  }

  /** A rule that can do without the axes of the value that its node takes in. */
  interface OpaqueInput extends ChannelRule {}

  private void protect() {
    GroupOptions options = analysis.options();
    if (options.keptInputs().contains(node.name()) && given(0) && !opaque(0)) {
      freezeInput(0, "the inputs of layer '%s' are protected".formatted(node.name()));
    }
    if (options.keptOutputs().contains(node.name())) {
      for (String output : node.outputs()) {
        analysis.freeze(output, "the outputs of layer '%s' are protected".formatted(node.name()));
      }
    }
  }

  /** Freezes all that the node takes in; its outputs are fixed, or unknown where no shape is. */
  void touch(String reason) {
    analysis.touch(node);
    for (int i = 0; i < node.inputs().size(); i++) {
      if (given(i)) {
        analysis.freeze(node.inputs().get(i), reason);
      }
    }
    for (String output : node.outputs()) {
      Shape shape = analysis.shape(output);
      if (shape != null && !output.isEmpty()) {
        analysis.set(output, ChannelAnalysis.fixed(shape));
      }
    }
  }

  Node node() {
    return node;
  }

  ChannelAnalysis analysis() {
    return analysis;
  }

  boolean given(int input) {
    return node.hasInput(input);
  }

  boolean opaque(int input) {
    return analysis.axes(node.inputs().get(input)) == null;
  }

  /** Axes of an input that must be there. */
  Axis[] input(int input) {
    Axis[] axes = given(input) ? analysis.axes(node.inputs().get(input)) : null;
    if (axes == null) {
      throw place().broken("input %d is missing".formatted(input));
    }
    return axes;
  }

  /** Whether an input is a tensor of the model. */
  boolean isTensor(int input) {
    return given(input) && analysis.isTensor(node.inputs().get(input));
  }

  /** Says what a tensor's axis is to the channels; nothing for an input that is no tensor. */
  void use(int input, int axis, Role role) {
    if (isTensor(input)) {
      analysis.use(node.inputs().get(input), axis, role, node);
    }
  }

  /** Sets the axes of an output; the only channel of an axis has to stay. */
  void output(int output, Axis... axes) {
    if (output < node.outputs().size() && !node.outputs().get(output).isEmpty()) {
      Axis[] set = axes.clone();
      for (int i = 0; i < set.length; i++) {
        if (set[i].length() == 1) {
          freezeHere(set[i], "leaves one of them alone, and one has to stay");
          set[i] = Axis.ONE;
        }
      }
      analysis.set(node.outputs().get(output), set);
    }
  }

  /** Shape of a value; null if it does not follow. */
  @Nullable Shape shape(String value) {
    return analysis.shape(value);
  }

  /** Ties two axes coordinate by coordinate; where only one can be cut, it is frozen. */
  Axis join(Axis a, Axis b) {
    if (a == b) {
      return a;
    }
    if (!a.cuttable() && !b.cuttable()) {
      return a.extent() < 0 ? b : a;
    }
    if (a.length() != b.length()) {
      String reason =
          "at node '%s' (%s) they meet an axis that cannot be cut"
              .formatted(node.name(), node.type());
      freeze(a, reason);
      freeze(b, reason);
      return a.cuttable() ? a : b;
    }
    for (int i = 0; i < a.length(); i++) {
      analysis.atoms().join(a.atom(i), b.atom(i));
    }
    return a;
  }

  /** Ties two axes of which one of extent 1 is repeated. */
  Axis broadcast(Axis a, Axis b) {
    if (a.extent() == 1) {
      return b;
    }
    return b.extent() == 1 ? a : join(a, b);
  }

  /** Axes of the node's inputs after ONNX's multidirectional broadcasting. */
  Axis[] broadcast(Axis[] a, Axis[] b) {
    Axis[] result = new Axis[Math.max(a.length, b.length)];
    for (int i = 1; i <= result.length; i++) {
      Axis left = i > a.length ? Axis.ONE : a[a.length - i];
      Axis right = i > b.length ? Axis.ONE : b[b.length - i];
      result[result.length - i] = broadcast(left, right);
    }
    return result;
  }

  void freeze(Axis axis, String reason) {
    analysis.atoms().freeze(axis, reason);
  }

  /** Freezes with the node and what it does to them as the reason. */
  void freezeHere(Axis axis, String does) {
    if (axis.cuttable()) {
      freeze(axis, "node '%s' (%s) %s".formatted(node.name(), node.type(), does));
    }
  }

  void freezeInput(int input, String reason) {
    analysis.freeze(node.inputs().get(input), reason);
  }

  /** Values of an int64 tensor of the model, or of an attribute where the input is not given. */
  Optional<long[]> numbers(int input, String attribute) {
    return numbers(analysis, node, input, attribute);
  }

  static Optional<long[]> numbers(
      ChannelAnalysis analysis, Node node, int input, String attribute) {
    if (node.hasInput(input)) {
      Tensor tensor = analysis.model().tensors().get(node.inputs().get(input));
      if (tensor == null || tensor.type() != DataType.INT64) {
        return Optional.empty();
      }
      long[] values = new long[tensor.size()];
      tensor.longs().get(values);
      return Optional.of(values);
    }
    return attribute.isEmpty() || !node.attributes().containsKey(attribute)
        ? Optional.empty()
        : Optional.of(
            node.intsAttribute(attribute, java.util.List.of()).stream()
                .mapToLong(Long::longValue)
                .toArray());
  }

  /** An axis counted from the front; negative ones count from the end. */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw place().broken("axis %d is not one of %d axes".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  Place place() {
    return new Place("node '%s' (%s)".formatted(node.name(), node.type()));
  }

  /** Fixed axes of an output whose shape is known, as many unknown ones otherwise. */
  Axis[] fixedOutput(int output, int rank) {
    Shape shape = analysis.shape(node.outputs().get(output));
    if (shape != null && shape.rank() == rank) {
      return ChannelAnalysis.fixed(shape);
    }
    Axis[] unknown = new Axis[rank];
    Arrays.fill(unknown, Axis.UNKNOWN);
    return unknown;
  }
}
