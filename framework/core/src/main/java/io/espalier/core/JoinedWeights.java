package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.proto.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Computes the weights that a graph joins from indices of bytes and shared values, see {@link
 * SharedValueGraph}, so that a reader gets tensors again. Only nodes that begin at a tensor of
 * bytes and need nothing but tensors are taken; all others stay as they are.
 */
final class JoinedWeights {
  private final Map<String, Tensor> tensors;
  private final Set<String> outputs = new HashSet<>();
  private final Set<String> computed = new HashSet<>();
  private final Place place;

  private JoinedWeights(Map<String, Tensor> tensors, List<ValueInfoProto> outputs, Place place) {
    this.tensors = tensors;
    this.place = place;
    outputs.forEach(output -> this.outputs.add(output.getName()));
  }

  /**
   * Joins what can be joined.
   *
   * @param nodes in topological order
   * @param tensors to which the joined ones are added, and from which those that only they needed
   *     are taken away
   * @return the nodes that are left
   */
  static List<Node> join(
      List<Node> nodes, Map<String, Tensor> tensors, List<ValueInfoProto> outputs, Place place) {
    JoinedWeights joining = new JoinedWeights(tensors, outputs, place);
    List<Node> left = new ArrayList<>();
    Set<String> parts = new HashSet<>();
    for (Node node : nodes) {
      Optional<Tensor> tensor = joining.compute(node);
      if (tensor.isPresent()) {
        tensors.put(tensor.get().name(), tensor.get());
        joining.computed.add(tensor.get().name());
        parts.addAll(node.inputs());
      } else {
        left.add(node);
      }
    }
    Set<String> needed = new HashSet<>(joining.outputs);
    left.forEach(node -> needed.addAll(node.inputs()));
    for (Iterator<String> names = tensors.keySet().iterator(); names.hasNext(); ) {
      String name = names.next();
      if (parts.contains(name) && !needed.contains(name)) {
        names.remove();
      }
    }
    return left;
  }

  private Optional<Tensor> compute(Node node) {
    List<Tensor> inputs =
        node.inputs().stream().flatMap(input -> Stream.ofNullable(tensors.get(input))).toList();
    if (!node.domain().isEmpty()
        || inputs.isEmpty()
        || inputs.size() != node.inputs().size()
        || node.outputs().size() != 1
        || outputs.contains(node.outputs().get(0))) {
      return Optional.empty();
    }
    Tensor first = inputs.get(0);
    String name = node.outputs().get(0);
    boolean bytes = first.type() == DataType.UINT8;
    boolean known = computed.contains(first.name());
    return switch (node.type()) {
      case "BitShift" ->
          bytes && inputs.size() == 2 ? Optional.of(shift(name, node, inputs)) : Optional.empty();
      case "Concat" -> bytes && known ? concat(name, inputs) : Optional.empty();
      case "Slice" -> bytes && known ? slice(name, inputs) : Optional.empty();
      case "Cast" -> bytes ? cast(name, node, first) : Optional.empty();
      case "Reshape" -> known ? reshape(name, inputs) : Optional.empty();
      case "Transpose" -> known ? transpose(name, first) : Optional.empty();
      case "Gather", "GatherElements" ->
          inputs.size() == 2 && computed.contains(inputs.get(1).name())
              ? gather(name, node, first, inputs.get(1))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Tensor shift(String name, Node node, List<Tensor> inputs) {
    ByteBuffer from = inputs.get(0).bytes();
    int by = inputs.get(1).bytes().get(0);
    boolean left = node.textAttribute("direction", "").equals("LEFT");
    ByteBuffer to = ByteBuffer.allocateDirect(from.remaining());
    while (from.hasRemaining()) {
      int value = from.get() & 0xff;
      to.put((byte) (left ? value << by : value >>> by));
    }
    return Tensor.of(name, DataType.UINT8, inputs.get(0).shape(), to.flip());
  }

  private static Optional<Tensor> concat(String name, List<Tensor> inputs) {
    if (inputs.stream().anyMatch(t -> t.shape().rank() != 1 || t.type() != DataType.UINT8)) {
      return Optional.empty();
    }
    int size = inputs.stream().mapToInt(Tensor::size).sum();
    ByteBuffer to = ByteBuffer.allocateDirect(size);
    inputs.forEach(tensor -> to.put(tensor.bytes()));
    return Optional.of(Tensor.of(name, DataType.UINT8, Shape.of(size), to.flip()));
  }

  private static Optional<Tensor> slice(String name, List<Tensor> inputs) {
    Tensor from = inputs.get(0);
    boolean plain =
        inputs.size() == 3
            && from.shape().rank() == 1
            && inputs.subList(1, 3).stream()
                .allMatch(t -> t.type() == DataType.INT64 && t.size() == 1);
    if (!plain) {
      return Optional.empty();
    }
    int begin = (int) inputs.get(1).longs().get(0);
    int end = (int) inputs.get(2).longs().get(0);
    if (begin < 0 || end < begin || end > from.size()) {
      return Optional.empty();
    }
    ByteBuffer to = ByteBuffer.allocateDirect(end - begin);
    to.put(from.bytes().slice(begin, end - begin));
    return Optional.of(Tensor.of(name, DataType.UINT8, Shape.of(end - begin), to.flip()));
  }

  private static Optional<Tensor> cast(String name, Node node, Tensor from) {
    if (node.intAttribute("to", 0) != DataType.INT32.code()) {
      return Optional.empty();
    }
    ByteBuffer bytes = from.bytes();
    ByteBuffer to = allocate(from.size());
    while (bytes.hasRemaining()) {
      to.putInt(bytes.get() & 0xff);
    }
    return Optional.of(Tensor.of(name, DataType.INT32, from.shape(), to.flip()));
  }

  private static Optional<Tensor> reshape(String name, List<Tensor> inputs) {
    if (inputs.size() != 2 || inputs.get(1).type() != DataType.INT64) {
      return Optional.empty();
    }
    long[] dims = new long[inputs.get(1).size()];
    inputs.get(1).longs().get(dims);
    for (long dim : dims) {
      if (dim <= 0) {
        return Optional.empty();
      }
    }
    Shape shape = Shape.of(dims);
    return shape.size() == inputs.get(0).shape().size()
        ? Optional.of(inputs.get(0).named(name).reshaped(shape))
        : Optional.empty();
  }

  private static Optional<Tensor> transpose(String name, Tensor from) {
    if (from.shape().rank() != 2 || from.type().bytes() != Integer.BYTES) {
      return Optional.empty();
    }
    int rows = (int) from.shape().dim(0);
    int columns = (int) from.shape().dim(1);
    IntBuffer elements = from.bytes().asIntBuffer();
    ByteBuffer to = allocate(from.size());
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        to.putInt(elements.get(r * columns + c));
      }
    }
    return Optional.of(Tensor.of(name, from.type(), Shape.of(columns, rows), to.flip()));
  }

  private Optional<Tensor> gather(String name, Node node, Tensor values, Tensor indices) {
    boolean rows = node.type().equals("GatherElements");
    boolean fits =
        values.type() == DataType.FLOAT
            && indices.type() == DataType.INT32
            && values.shape().rank() == (rows ? 2 : 1)
            && node.intAttribute("axis", 0) == (rows ? 1 : 0)
            && (!rows
                || indices.shape().rank() == 2 && indices.shape().dim(0) == values.shape().dim(0));
    if (!fits) {
      return Optional.empty();
    }
    int count = (int) values.shape().dim(rows ? 1 : 0);
    int length = rows ? (int) indices.shape().dim(1) : indices.size();
    IntBuffer from = values.bytes().asIntBuffer();
    IntBuffer at = indices.bytes().asIntBuffer();
    ByteBuffer to = allocate(indices.size());
    for (int i = 0; i < indices.size(); i++) {
      int index = at.get(i);
      if (index >= count) {
        throw place
            .in("node '%s' (%s)".formatted(node.name(), node.type()))
            .broken("has index %d of %d values".formatted(index, count));
      }
      to.putInt(from.get((rows ? i / length * count : 0) + index));
    }
    return Optional.of(Tensor.of(name, DataType.FLOAT, indices.shape(), to.flip()));
  }

  private static ByteBuffer allocate(int elements) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, Integer.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
