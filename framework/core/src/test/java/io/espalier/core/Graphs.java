package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small graphs for tests. */
final class Graphs {
  private Graphs() {}

  /** A node whose attributes are name and value pairs: Long, Float, String or long[]. */
  static Node node(
      String name, String type, List<String> inputs, String output, Object... attributes) {
    Map<String, Attribute> map = new LinkedHashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put((String) attributes[i], attribute(attributes[i + 1]));
    }
    return new Node(name, type, "", inputs, List.of(output), map);
  }

  private static Attribute attribute(Object value) {
    if (value instanceof Number number && !(value instanceof Float)) {
      return new Attribute.Int(number.longValue());
    } else if (value instanceof Float real) {
      return new Attribute.Real(real);
    } else if (value instanceof String text) {
      return new Attribute.Text(text);
    }
    return new Attribute.Ints(Arrays.stream((long[]) value).boxed().toList());
  }

  /** A float value; -1 stands for an open axis. */
  static ValueInfo value(String name, long... dims) {
    List<ValueInfo.Dimension> dimensions = new ArrayList<>();
    for (long dim : dims) {
      dimensions.add(dim < 0 ? new ValueInfo.Open("batch") : new ValueInfo.Known(dim));
    }
    return new ValueInfo(name, DataType.FLOAT, dimensions);
  }

  static Model model(ValueInfo input, ValueInfo output, List<Node> nodes, Tensor... tensors) {
    Graph graph = new Graph("test", nodes, List.of(input), List.of(output), Map.of("", 17L));
    return Model.of(graph, List.of(tensors));
  }

  /** A model of one node from {@code x} to {@code y}; open extents in the output. */
  static Model single(ValueInfo input, int outputRank, Node node, Tensor... tensors) {
    long[] open = new long[outputRank];
    Arrays.fill(open, -1);
    return model(input, value("y", open), List.of(node), tensors);
  }

  /** A float tensor of 0.5, 1.5, 2.5 ... */
  static Tensor floats(String name, long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 0.5f;
    }
    return Tensor.ofFloats(name, shape, values);
  }
}
