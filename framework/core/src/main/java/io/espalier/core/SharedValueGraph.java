package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Puts indices and shared values in place of tensors that have few different ones, and joins them
 * by standard operators: {@code Gather} of the values at the indices; {@code GatherElements} where
 * each channel has values of its own. An index takes a byte, or half of one where there are no more
 * than 16 values: then the first half of the elements is in the lower halves of the bytes, the
 * second in the upper, and {@code BitShift} and {@code Concat} take them apart. Any runtime
 * computes the same bits as with the tensors themselves, and the file is small as it is. Tensors of
 * the same values have one list of them. {@link JoinedWeights} is the way back.
 */
final class SharedValueGraph {
  private static final int BYTE_VALUES = 256;
  private static final int HALF_VALUES = 16;
  private static final int FOUR_BITS = 4;

  /** The operator set that has BitShift, GatherElements, and Slice with inputs. */
  private static final long NEEDED_OPSET = 11;

  /** Bytes that a node or a tensor takes besides its content, about. */
  private static final int NODE_BYTES = 80;

  private final Model model;
  private final boolean shifts;
  private final List<Node> joins = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private SharedValueGraph(Model model) {
    this.model = model;
    this.shifts = model.graph().opsets().getOrDefault("", 0L) >= NEEDED_OPSET;
  }

  /**
   * The same model with every tensor that gains by it in two parts. Constraints are left behind.
   */
  static Model of(Model model) {
    return new SharedValueGraph(model).build();
  }

  private Model build() {
    for (Tensor tensor : model.tensors().values()) {
      if (!splits(tensor)) {
        add(tensor);
      }
    }
    List<Node> nodes = new ArrayList<>(joins);
    nodes.addAll(model.graph().nodes());
    Graph old = model.graph();
    Graph graph = new Graph(old.name(), nodes, old.inputs(), old.outputs(), old.opsets());
    return Model.of(graph, tensors.values());
  }

  private void add(Tensor tensor) {
    tensors.put(tensor.name(), tensor);
  }

  private boolean splits(Tensor tensor) {
    boolean isOutput =
        model.graph().outputs().stream().anyMatch(o -> o.name().equals(tensor.name()));
    if (tensor.type() != DataType.FLOAT || tensor.shape().rank() == 0 || isOutput) {
      return false;
    }
    int[] elements = new int[tensor.size()];
    Container.read(tensor, 0, elements, elements.length);
    Optional<Palette> palette = Palette.of(elements, elements.length, BYTE_VALUES);
    if (palette.isPresent()) {
      return splits(tensor, elements, palette.get());
    }
    return shifts && splitsByChannel(tensor, elements);
  }

  private boolean splits(Tensor tensor, int[] elements, Palette palette) {
    int size = tensor.size();
    boolean halves = shifts && palette.size() <= HALF_VALUES && size > 16 * NODE_BYTES;
    int cost =
        palette.size() * Float.BYTES
            + (halves ? size / 2 + 10 * NODE_BYTES : size + 4 * NODE_BYTES);
    if (cost >= size * Float.BYTES) {
      return false;
    }
    byte[] indices = new byte[size];
    for (int i = 0; i < size; i++) {
      indices[i] = (byte) palette.position(elements[i]);
    }
    String values = values(tensor, Shape.of(palette.size()), palette.size(), palette::value);
    String name = tensor.name();
    if (halves) {
      String joined = node(name, "join", "Gather", List.of(values, taken(name, indices)), Map.of());
      reshape(joined, tensor.shape(), name);
    } else {
      String whole = bytes(name + "/index", tensor.shape(), indices);
      joins.add(
          new Node(
              name + "/join",
              "Gather",
              "",
              List.of(values, cast(name, whole)),
              List.of(name),
              Map.of()));
    }
    return true;
  }

  private boolean splitsByChannel(Tensor tensor, int[] elements) {
    Shape shape = tensor.shape();
    Optional<ChannelPalettes> found = Optional.empty();
    for (int axis = 0; axis < 2 && axis < shape.rank() && found.isEmpty(); axis++) {
      if (axis == 0 || shape.rank() == 2) {
        found = ChannelPalettes.of(i -> elements[i], shape, axis);
      }
    }
    if (found.isEmpty()) {
      return false;
    }
    List<int[]> values = new ArrayList<>();
    ChannelPalettes channels = found.get();
    int most = 0;
    for (Palette palette : channels.palettes()) {
      int[] own = new int[palette.size() + 1];
      for (int i = 0; i < palette.size(); i++) {
        own[i + 1] = palette.value(i);
      }
      values.add(own);
      most = Math.max(most, own.length);
    }
    boolean halves = most <= HALF_VALUES && tensor.size() > 16 * NODE_BYTES;
    int table = most * values.size() * Float.BYTES;
    int indexBytes = halves ? tensor.size() / 2 : tensor.size();
    if (most > BYTE_VALUES || table + indexBytes + 12 * NODE_BYTES >= tensor.size() * Float.BYTES) {
      return false;
    }
    join(tensor, elements, channels, values, most, halves);
    return true;
  }

  private void join(
      Tensor tensor,
      int[] elements,
      ChannelPalettes channels,
      List<int[]> values,
      int most,
      boolean halves) {
    int number = values.size();
    int length = tensor.size() / number;
    boolean columns = channels.axis() == 1;
    byte[] indices = new byte[tensor.size()];
    for (int c = 0; c < number; c++) {
      for (int i = 0; i < length; i++) {
        int element = elements[columns ? i * number + c : c * length + i];
        indices[c * length + i] =
            (byte) (element == 0 ? 0 : 1 + channels.palettes().get(c).position(element));
      }
    }
    String name = tensor.name();
    Shape rows = Shape.of(number, length);
    int width = most;
    String table =
        values(
            tensor,
            Shape.of(number, most),
            number * most,
            i -> i % width < values.get(i / width).length ? values.get(i / width)[i % width] : 0);
    String index =
        halves
            ? reshaped(taken(name, indices), rows, name)
            : cast(name, bytes(name + "/index", rows, indices));
    String joined =
        node(
            name,
            "join",
            "GatherElements",
            List.of(table, index),
            Map.of("axis", new Attribute.Int(1)));
    if (columns) {
      joins.add(
          new Node(
              name + "/turn",
              "Transpose",
              "",
              List.of(joined),
              List.of(name),
              Map.of("perm", new Attribute.Ints(List.of(1L, 0L)))));
    } else {
      reshape(joined, tensor.shape(), name);
    }
  }

  /** The int32 indices out of half bytes, in one row. */
  private String taken(String name, byte[] indices) {
    int half = (indices.length + 1) / 2;
    byte[] packed = new byte[half];
    for (int i = 0; i < half; i++) {
      int upper = i + half < indices.length ? indices[i + half] : 0;
      packed[i] = (byte) (indices[i] | upper << FOUR_BITS);
    }
    String whole = bytes(name + "/index", Shape.of(half), packed);
    if (!tensors.containsKey("espalier/four")) {
      bytes("espalier/four", Shape.of(), (byte) FOUR_BITS);
    }
    String up = shift(name, "up", whole, "LEFT");
    String lower = shift(name, "lower", up, "RIGHT");
    String upper = shift(name, "upper", whole, "RIGHT");
    String all =
        node(name, "halves", "Concat", List.of(lower, upper), Map.of("axis", new Attribute.Int(0)));
    if (indices.length % 2 == 1) {
      add(Tensor.ofLongs(name + "/from", Shape.of(1), 0));
      add(Tensor.ofLongs(name + "/to", Shape.of(1), indices.length));
      all = node(name, "cut", "Slice", List.of(all, name + "/from", name + "/to"), Map.of());
    }
    return cast(name, all);
  }

  private String shift(String name, String step, String from, String direction) {
    return node(
        name,
        step,
        "BitShift",
        List.of(from, "espalier/four"),
        Map.of("direction", new Attribute.Text(direction)));
  }

  private String cast(String name, String from) {
    return node(
        name, "int", "Cast", List.of(from), Map.of("to", new Attribute.Int(DataType.INT32.code())));
  }

  private String node(
      String name, String step, String type, List<String> inputs, Map<String, Attribute> more) {
    String output = name + "/" + step;
    joins.add(new Node(output, type, "", inputs, List.of(output), more));
    return output;
  }

  private void reshape(String from, Shape shape, String to) {
    add(Tensor.ofLongs(to + "/shape", Shape.of(shape.rank()), shape.toArray()));
    joins.add(
        new Node(to + "/form", "Reshape", "", List.of(from, to + "/shape"), List.of(to), Map.of()));
  }

  private String reshaped(String from, Shape shape, String name) {
    add(Tensor.ofLongs(name + "/rows", Shape.of(shape.rank()), shape.toArray()));
    return node(name, "row", "Reshape", List.of(from, name + "/rows"), Map.of());
  }

  private String values(Tensor tensor, Shape shape, int count, IntUnaryOperator patterns) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putInt(patterns.applyAsInt(i));
    }
    Tensor values = Tensor.of(tensor.name() + "/values", DataType.FLOAT, shape, bytes.flip());
    for (Tensor other : tensors.values()) {
      if (other.name().endsWith("/values") && other.equals(values.named(other.name()))) {
        return other.name();
      }
    }
    add(values);
    return values.name();
  }

  private String bytes(String name, Shape shape, byte... content) {
    add(Tensor.of(name, DataType.UINT8, shape, ByteBuffer.wrap(content)));
    return name;
  }
}
