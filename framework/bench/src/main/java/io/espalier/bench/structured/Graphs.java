package io.espalier.bench.structured;

import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Large models to analyse and cut. */
final class Graphs {
  private static final int CHANNELS = 64;
  private static final int LAYERS = 8;
  private static final int WIDTH = 3_536;

  private Graphs() {}

  /** Convolutions of 64 filters with normalisation and rectifier, every second one bridged. */
  static Model residual(int count) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    Shape vector = Shape.of(CHANNELS);
    for (String name : List.of("scale", "bias", "mean", "variance")) {
      for (int i = 0; i * 7 < count * 2; i++) {
        tensors.add(random(name + i, vector));
      }
    }
    String value = "x";
    String bridged = value;
    for (int layer = 0; nodes.size() < count; layer++) {
      tensors.add(random("weight" + layer, Shape.of(CHANNELS, layer == 0 ? 3 : CHANNELS, 1, 1)));
      value = node(nodes, "Conv", List.of(value, "weight" + layer));
      value =
          node(
              nodes,
              "BatchNormalization",
              List.of(value, "scale" + layer, "bias" + layer, "mean" + layer, "variance" + layer));
      if (layer % 2 == 0 && layer > 0) {
        value = node(nodes, "Add", List.of(value, bridged));
      }
      value = node(nodes, "Relu", List.of(value));
      bridged = layer % 2 == 0 ? value : bridged;
    }
    return model(nodes, tensors, value, new long[] {3, 8, 8}, new long[] {CHANNELS, 8, 8});
  }

  /** A perceptron of 100 million weights. */
  static Model dense() {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    String value = "x";
    for (int layer = 0; layer < LAYERS; layer++) {
      tensors.add(random("weight" + layer, Shape.of(WIDTH, WIDTH)));
      value = node(nodes, "MatMul", List.of(value, "weight" + layer));
      value = node(nodes, "Relu", List.of(value));
    }
    return model(nodes, tensors, value, new long[] {WIDTH}, new long[] {WIDTH});
  }

  /** A copy of all weights. */
  static Model copy(Model model) {
    List<Tensor> copies = new ArrayList<>();
    for (Tensor tensor : model.tensors().values()) {
      ByteBuffer bytes = tensor.bytes();
      ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining());
      copies.add(Tensor.of(tensor.name(), tensor.type(), tensor.shape(), copy.put(bytes).flip()));
    }
    return model.withTensors(copies);
  }

  private static String node(List<Node> nodes, String type, List<String> inputs) {
    String name = "node" + nodes.size();
    nodes.add(new Node(name, type, "", inputs, List.of(name + ".out"), Map.of()));
    return name + ".out";
  }

  private static Model model(
      List<Node> nodes, List<Tensor> tensors, String output, long[] in, long[] out) {
    return Model.of(
        new Graph(
            "large", nodes, List.of(value("x", in)), List.of(value(output, out)), Map.of("", 17L)),
        tensors);
  }

  private static ValueInfo value(String name, long[] sample) {
    List<ValueInfo.Dimension> dims = new ArrayList<>(List.of(new ValueInfo.Open("batch")));
    for (long dim : sample) {
      dims.add(new ValueInfo.Known(dim));
    }
    return new ValueInfo(name, DataType.FLOAT, dims);
  }

  private static Tensor random(String name, Shape shape) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Tensor.byteSize(name, DataType.FLOAT, shape))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextDouble());
    }
    return Tensor.of(name, DataType.FLOAT, shape, bytes.flip());
  }
}
