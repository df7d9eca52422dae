package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Codebook;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.HistoryEntry;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Random well-formed models: any element type, shape, attribute kind and wiring. */
final class RandomModels {
  private final SplittableRandom random;
  private final List<String> values = new ArrayList<>();

  private RandomModels(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Without constraints and history. */
  static Arbitrary<Model> plain() {
    return Arbitraries.longs().map(seed -> new RandomModels(seed).model());
  }

  /** With masks, codebooks and history. */
  static Arbitrary<Model> constrained() {
    return Arbitraries.longs().map(seed -> new RandomModels(seed).constrainedModel());
  }

  private Model constrainedModel() {
    Model model = model().withHistory(new HistoryEntry("s", "prune", "magnitude", "50 % äöü"));
    for (Tensor tensor : model.tensors().values()) {
      if (random.nextBoolean()) {
        model = model.withConstraint(mask(tensor));
      }
      if (random.nextBoolean()) {
        model = model.withConstraint(codebook(tensor));
      }
    }
    return model;
  }

  private Mask mask(Tensor tensor) {
    Mask.Builder mask = new Mask.Builder(tensor.name(), tensor.shape());
    for (int i = 0; i < tensor.size(); i++) {
      if (random.nextBoolean()) {
        mask.keep(i);
      }
    }
    return mask.build();
  }

  private Codebook codebook(Tensor tensor) {
    float[] shared = new float[1 + random.nextInt(400)];
    for (int i = 1; i < shared.length; i++) {
      shared[i] = random.nextInt();
    }
    char[] indices = new char[tensor.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (char) random.nextInt(shared.length);
    }
    OptionalInt zero = random.nextBoolean() ? OptionalInt.of(0) : OptionalInt.empty();
    OptionalInt axis =
        tensor.shape().rank() > 0 && random.nextBoolean()
            ? OptionalInt.of(random.nextInt(tensor.shape().rank()))
            : OptionalInt.empty();
    return new Codebook(tensor.name(), tensor.shape(), shared, indices, zero, axis);
  }

  private Model model() {
    List<Tensor> tensors = new ArrayList<>();
    int tensorCount = random.nextInt(5);
    for (int i = 0; i < tensorCount; i++) {
      tensors.add(tensor("t" + i));
      values.add("t" + i);
    }
    List<ValueInfo> inputs = List.of(info("x0"), info("x1"));
    inputs.forEach(input -> values.add(input.name()));
    List<Node> nodes = new ArrayList<>();
    int nodeCount = 1 + random.nextInt(6);
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(node(i));
      values.addAll(nodes.get(i).outputs());
    }
    List<ValueInfo> outputs = List.of(info(values.get(values.size() - 1)));
    Map<String, Long> opsets = Map.of("", 7L + random.nextInt(17), "com.example", 1L);
    return Model.of(new Graph("random", nodes, inputs, outputs, opsets), tensors);
  }

  private Node node(int index) {
    List<String> inputs = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      inputs.add(random.nextInt(5) == 0 ? "" : values.get(random.nextInt(values.size())));
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      attributes.put("a" + i, attribute());
    }
    String domain = random.nextBoolean() ? "" : "com.example";
    return new Node(
        "n" + index, "Anything", domain, inputs, List.of("v" + index, "w" + index), attributes);
  }

  private Attribute attribute() {
    return switch (random.nextInt(7)) {
      case 0 -> new Attribute.Int(random.nextLong());
      case 1 -> new Attribute.Real(random.nextInt());
      case 2 -> new Attribute.Text("text ü " + random.nextInt());
      case 3 -> new Attribute.Constant(tensor("constant"));
      case 4 -> new Attribute.Ints(random.longs(random.nextInt(4)).boxed().toList());
      case 5 -> new Attribute.Reals(random.nextBoolean() ? List.of() : List.of(1.5f, -0f));
      default -> new Attribute.Texts(List.of("", "b"));
    };
  }

  private Tensor tensor(String name) {
    DataType type = DataType.values()[random.nextInt(DataType.values().length)];
    Shape shape = new Shape(random.longs(random.nextInt(4), 0, 6).boxed().toList());
    byte[] bytes = new byte[Tensor.byteSize(name, type, shape)];
    random.nextBytes(bytes);
    return Tensor.of(name, type, shape, ByteBuffer.wrap(bytes));
  }

  private ValueInfo info(String name) {
    List<ValueInfo.Dimension> dims = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      dims.add(
          switch (random.nextInt(3)) {
            case 0 -> new ValueInfo.Known(random.nextInt(9));
            case 1 -> new ValueInfo.Open("batch");
            default -> new ValueInfo.Open("");
          });
    }
    return new ValueInfo(name, DataType.values()[random.nextInt(13)], dims);
  }
}
