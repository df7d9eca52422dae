package io.espalier.bench.engine;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A network of dense layers with ReLU between, for flat samples. */
final class Perceptron {
  private static final Map<String, Long> OPSET = Map.of("", 17L);

  private Perceptron() {}

  /**
   * The network, untrained: weights uniform after He et al. (2015), biases zero.
   *
   * @param sizes numbers of features, from the input to the logits
   */
  static Model build(int... sizes) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    String value = "features";
    int last = sizes.length - 1;
    for (int layer = 1; layer <= last; layer++) {
      String name = "dense" + layer;
      tensors.add(weight(name + ".weight", sizes[layer], sizes[layer - 1]));
      tensors.add(Tensor.ofFloats(name + ".bias", Shape.of(sizes[layer]), new float[sizes[layer]]));
      nodes.add(
          node(
              name,
              "Gemm",
              List.of(value, name + ".weight", name + ".bias"),
              Map.of("transB", new Attribute.Int(1))));
      value = name + ".out";
      if (layer < last) {
        nodes.add(node("relu" + layer, "Relu", List.of(value), Map.of()));
        value = "relu" + layer + ".out";
      }
    }
    return Model.of(
        new Graph("mlp", nodes, values("features", sizes[0]), values(value, sizes[last]), OPSET),
        tensors);
  }

  private static Tensor weight(String name, int outputs, int inputs) {
    RandomGenerator random = Seeds.random(1, "init/" + name);
    double limit = Math.sqrt(6.0 / inputs);
    float[] values = new float[outputs * inputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Tensor.ofFloats(name, Shape.of(outputs, inputs), values);
  }

  private static Node node(
      String name, String type, List<String> inputs, Map<String, Attribute> attributes) {
    return new Node(name, type, "", inputs, List.of(name + ".out"), attributes);
  }

  private static List<ValueInfo> values(String name, int size) {
    return List.of(
        new ValueInfo(
            name, DataType.FLOAT, List.of(new ValueInfo.Open("batch"), new ValueInfo.Known(size))));
  }
}
