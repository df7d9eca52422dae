package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A network under construction: it collects nodes and tensors while {@link Flow}s pass through its
 * layers, and ends as a model of operator set 17 whose batch is open. Each tensor draws its values
 * from its own stream, so the same seed gives the same bytes whatever stands around it.
 */
final class GraphBuilder {
  private static final Map<String, Long> OPSETS = Map.of("", 17L);

  private final String name;
  private final long seed;
  private final Initializer initializer;
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * @param name the graph's name
   * @param seed of all tensors
   * @param initializer of the layers that do not ask for another
   */
  GraphBuilder(String name, long seed, Initializer initializer) {
    this.name = name;
    this.seed = seed;
    this.initializer = initializer;
  }

  Initializer initializer() {
    return initializer;
  }

  /**
   * A float input of the network.
   *
   * @param sample extents of one sample
   */
  Flow input(String value, long... sample) {
    Flow flow = new Flow(this, value, Shape.of(sample));
    inputs.add(info(flow));
    return flow;
  }

  /**
   * Applies an operator; its output is named after the node.
   *
   * @param sample extents of one sample of the output
   */
  Flow node(
      String node,
      String type,
      List<String> from,
      Map<String, Attribute> attributes,
      Shape sample) {
    String value = node + ".out";
    nodes.add(new Node(node, type, "", from, List.of(value), attributes));
    return new Flow(this, value, sample);
  }

  /** A tensor of random weights; gives its name. */
  String weight(String tensor, Shape shape, double limit) {
    RandomGenerator random = Seeds.random(seed, "init/" + tensor);
    ByteBuffer bytes = allocate(tensor, shape);
    FloatBuffer values = bytes.asFloatBuffer();
    while (values.hasRemaining()) {
      values.put((float) ((2 * random.nextDouble() - 1) * limit));
    }
    return keep(Tensor.of(tensor, DataType.FLOAT, shape, bytes));
  }

  /** A tensor of one value; gives its name. */
  String filled(String tensor, Shape shape, float value) {
    ByteBuffer bytes = allocate(tensor, shape);
    FloatBuffer values = bytes.asFloatBuffer();
    while (values.hasRemaining()) {
      values.put(value);
    }
    return keep(Tensor.of(tensor, DataType.FLOAT, shape, bytes));
  }

  /** A list of whole numbers as a tensor; gives its name. */
  String longs(String tensor, long... values) {
    return keep(Tensor.ofLongs(tensor, Shape.of(values.length), values));
  }

  /** Ends the network with one output, renamed; it must be that of the last node. */
  Model build(Flow output, String outputName) {
    int last = nodes.size() - 1;
    Node node = nodes.get(last);
    if (!node.outputs().equals(List.of(output.value()))) {
      throw new IllegalArgumentException(
          "'%s' is not what the last node '%s' gives".formatted(output.value(), node.name()));
    }
    nodes.set(
        last,
        new Node(
            node.name(),
            node.type(),
            node.domain(),
            node.inputs(),
            List.of(outputName),
            node.attributes()));
    ValueInfo result = info(new Flow(this, outputName, output.sample()));
    return Model.of(new Graph(name, nodes, inputs, List.of(result), OPSETS), tensors.values());
  }

  /** A {@link FailureCode#USAGE} failure of this network. */
  EspalierException impossible(String problem) {
    return new EspalierException(FailureCode.USAGE, "model '%s': %s".formatted(name, problem));
  }

  private String keep(Tensor tensor) {
    Tensor before = tensors.putIfAbsent(tensor.name(), tensor);
    if (before != null && !before.equals(tensor)) {
      throw new IllegalArgumentException("two tensors have the name '" + tensor.name() + "'");
    }
    return tensor.name();
  }

  private ByteBuffer allocate(String tensor, Shape shape) {
    if (shape.size() > Integer.MAX_VALUE / DataType.FLOAT.bytes()) {
      throw impossible(
          "tensor '%s' (%s) would need more than 2 GiB; ask for a smaller image or fewer classes"
              .formatted(tensor, shape));
    }
    try {
      int bytes = Tensor.byteSize(tensor, DataType.FLOAT, shape);
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          FailureCode.USAGE,
          "model '%s': tensor '%s' (%s) needs more memory than the JVM may take; start it with a larger -Xmx"
              .formatted(name, tensor, shape),
          e);
    }
  }

  private static ValueInfo info(Flow flow) {
    List<ValueInfo.Dimension> dims = new ArrayList<>();
    dims.add(new ValueInfo.Open("batch"));
    flow.sample().dims().forEach(dim -> dims.add(new ValueInfo.Known(dim)));
    return new ValueInfo(flow.value(), DataType.FLOAT, dims);
  }
}
