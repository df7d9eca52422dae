package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node while it is adapted to a cut. */
final class NodeCut {
  private final ChannelAnalysis analysis;
  private final ChannelConstants constants;
  private final Map<String, Tensor> tensors;
  private final Set<String> names;
  private final Node original;
  private Node node;
  private final List<Node> before = new ArrayList<>();
  private final List<Node> after = new ArrayList<>();

  /**
   * @param tensors of the cut model, already without what goes; gets the tensors that change
   * @param names of all values and tensors; gets the new ones
   */
  NodeCut(
      ChannelAnalysis analysis,
      ChannelConstants constants,
      Map<String, Tensor> tensors,
      Set<String> names,
      Node node) {
    this.analysis = analysis;
    this.constants = constants;
    this.tensors = tensors;
    this.names = names;
    this.original = node;
    this.node = node;
  }

  /** The node between those that were put before and behind it. */
  List<Node> shrink() {
    if (!analysis.isTouched(original)) {
      ChannelRules.of(original).shrink(this);
    }
    List<Node> nodes = new ArrayList<>(before);
    nodes.add(node);
    nodes.addAll(after);
    return nodes;
  }

  /** The node as it was. */
  Node node() {
    return original;
  }

  ChannelAnalysis analysis() {
    return analysis;
  }

  ChannelConstants constants() {
    return constants;
  }

  long opset() {
    return analysis.opset();
  }

  boolean given(int input) {
    return node.hasInput(input);
  }

  boolean isTensor(int input) {
    return given(input) && analysis.isTensor(node.inputs().get(input));
  }

  Axis[] axes(int input) {
    Axis[] axes = given(input) ? analysis.axes(original.inputs().get(input)) : null;
    return axes == null ? new Axis[0] : axes;
  }

  Axis[] outputAxes(int output) {
    Axis[] axes = analysis.axes(original.outputs().get(output));
    return axes == null ? new Axis[0] : axes;
  }

  boolean removed(int atom) {
    return constants.removed(atom);
  }

  /** Whether an axis loses something. */
  boolean cuts(Axis axis) {
    return axis.cuttable() && kept(axis) < axis.length();
  }

  /** What is left of an axis. */
  int kept(Axis axis) {
    if (!axis.cuttable()) {
      return (int) axis.extent();
    }
    int kept = 0;
    for (int i = 0; i < axis.length(); i++) {
      kept += removed(axis.atom(i)) ? 0 : 1;
    }
    return kept;
  }

  void attribute(String name, long value) {
    attribute(name, new Attribute.Int(value));
  }

  void real(String name, float value) {
    attribute(name, new Attribute.Real(value));
  }

  void attribute(String name, Attribute value) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.put(name, value);
    node = node(node.inputs(), node.outputs(), attributes);
  }

  void withoutAttribute(String name) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.remove(name);
    node = node(node.inputs(), node.outputs(), attributes);
  }

  /** The numbers that an input or attribute had. */
  Optional<long[]> numbers(int input, String attribute) {
    return ChannelLinks.numbers(analysis, original, input, attribute);
  }

  /** Gives an input other numbers. */
  void numbers(int input, String suffix, long[] values) {
    String name = input(input, suffix);
    tensors.put(name, Tensor.ofLongs(name, Shape.of(values.length), values));
  }

  /** Drops the last input. */
  void withoutInput(int input) {
    if (input == node.inputs().size() - 1) {
      node = node(node.inputs().subList(0, input), node.outputs(), node.attributes());
    }
  }

  /**
   * Adds what the removed channels contribute to a bias along its last axis, or gives the node one.
   *
   * @param sums one per output channel that is left
   * @param factor of the sums
   */
  void addToBias(int input, double[] sums, double factor) {
    if (isZero(sums)) {
      return;
    }
    float[] bias = new float[sums.length];
    Shape shape = Shape.of(sums.length);
    if (given(input)) {
      Tensor before = tensor(node.inputs().get(input));
      bias = before.toFloatArray();
      shape = before.shape();
    }
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) (bias[i] + sums[i] * factor);
    }
    String name = input(input, "bias");
    tensors.put(name, Tensor.ofFloats(name, shape, bias));
  }

  /**
   * Puts a sum behind the node for what the removed channels contribute.
   *
   * @param column whether the sums belong to the last axis but one
   */
  void addAfter(double[] sums, boolean column) {
    if (isZero(sums)) {
      return;
    }
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) sums[i];
    }
    Shape shape = column ? Shape.of(sums.length, 1) : Shape.of(sums.length);
    String tensor = fresh(node.name() + ".bias");
    tensors.put(tensor, Tensor.ofFloats(tensor, shape, values));
    after(0, "Add", "product", "fold", List.of(tensor));
  }

  /** A new constant. */
  String constant(String suffix, long[] values) {
    String name = fresh(node.name() + "." + suffix);
    tensors.put(name, Tensor.ofLongs(name, Shape.of(values.length), values));
    return name;
  }

  /** Gives an input other values. */
  void floats(int input, String suffix, Shape shape, float[] values) {
    String name = input(input, suffix);
    tensors.put(name, Tensor.ofFloats(name, shape, values));
  }

  /** Puts a node in front, through which an input comes. */
  void before(
      int input,
      String type,
      String suffix,
      List<String> others,
      Map<String, Attribute> attributes) {
    List<String> operands = new ArrayList<>(List.of(node.inputs().get(input)));
    operands.addAll(others);
    String name = fresh(node.name() + "." + suffix);
    before.add(new Node(name, type, "", operands, List.of(name), attributes));
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(input, name);
    node = node(inputs, node.outputs(), node.attributes());
  }

  /**
   * Puts a node behind, through which an output goes.
   *
   * @param value what the node's own output is called now
   */
  void after(int output, String type, String value, String suffix, List<String> others) {
    String own = fresh(node.name() + "." + value);
    List<String> operands = new ArrayList<>(List.of(own));
    operands.addAll(others);
    List<String> outputs = new ArrayList<>(node.outputs());
    String result = outputs.set(output, own);
    node = node(node.inputs(), outputs, node.attributes());
    String name = fresh(node.name() + "." + suffix);
    after.add(new Node(name, type, "", operands, List.of(result), Map.of()));
  }

  Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    return tensor == null ? analysis.model().tensor(name) : tensor;
  }

  private static boolean isZero(double[] sums) {
    for (double sum : sums) {
      if (sum != 0) {
        return false;
      }
    }
    return true;
  }

  /** Name for a tensor that only this node reads: its own, or a new one where others read it. */
  private String input(int input, String suffix) {
    if (given(input)) {
      String name = node.inputs().get(input);
      long reads = analysis.readers(name).stream().mapToLong(n -> count(n, name)).max().orElse(0);
      boolean alone = analysis.isTensor(name) && analysis.readers(name).size() == 1 && reads == 1;
      if (alone) {
        return name;
      }
    }
    String name = fresh(node.name() + "." + suffix);
    List<String> inputs = new ArrayList<>(node.inputs());
    while (inputs.size() <= input) {
      inputs.add("");
    }
    inputs.set(input, name);
    node = node(inputs, node.outputs(), node.attributes());
    return name;
  }

  private static long count(Node node, String name) {
    return node.inputs().stream().filter(name::equals).count();
  }

  private String fresh(String wish) {
    String name = wish;
    for (int i = 2; !names.add(name); i++) {
      name = wish + "." + i;
    }
    return name;
  }

  private Node node(List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    return new Node(node.name(), node.type(), node.domain(), inputs, outputs, attributes);
  }
}
