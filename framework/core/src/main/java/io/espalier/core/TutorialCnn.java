package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A small convolutional network for 28x28 grey images of ten classes: convolution of 12 filters of
 * 3x3, ReLU, 2x2 max pooling, one dense layer; 20,410 parameters. It gives logits; the softmax is
 * the loss's.
 */
public final class TutorialCnn {
  private static final int FILTERS = 12;
  private static final int WINDOW = 3;
  private static final int FEATURES = FILTERS * 13 * 13;
  private static final int CLASSES = 10;

  private TutorialCnn() {}

  /**
   * The network, untrained: weights uniform after Glorot and Bengio (2010), biases zero.
   *
   * @param seed the same seed gives the same bytes
   */
  public static Model build(long seed) {
    int area = WINDOW * WINDOW;
    List<Tensor> tensors =
        List.of(
            glorot("conv.weight", Shape.of(FILTERS, 1, WINDOW, WINDOW), area, area * FILTERS, seed),
            Tensor.ofFloats("conv.bias", Shape.of(FILTERS), new float[FILTERS]),
            glorot("dense.weight", Shape.of(CLASSES, FEATURES), FEATURES, CLASSES, seed),
            Tensor.ofFloats("dense.bias", Shape.of(CLASSES), new float[CLASSES]));
    return Model.of(graph(), tensors);
  }

  private static Graph graph() {
    Map<String, Attribute> pooling = new LinkedHashMap<>();
    pooling.put("kernel_shape", ints(2, 2));
    pooling.put("strides", ints(2, 2));
    List<Node> nodes =
        List.of(
            node(
                "conv",
                "Conv",
                List.of("image", "conv.weight", "conv.bias"),
                "conv.out",
                Map.of("kernel_shape", ints(WINDOW, WINDOW))),
            node("relu", "Relu", List.of("conv.out"), "relu.out", Map.of()),
            node("pool", "MaxPool", List.of("relu.out"), "pool.out", pooling),
            node(
                "flatten",
                "Flatten",
                List.of("pool.out"),
                "flatten.out",
                Map.of("axis", new Attribute.Int(1))),
            node(
                "dense",
                "Gemm",
                List.of("flatten.out", "dense.weight", "dense.bias"),
                "logits",
                Map.of("transB", new Attribute.Int(1))));
    ValueInfo.Dimension batch = new ValueInfo.Open("batch");
    return new Graph(
        "tutorial-cnn",
        nodes,
        List.of(new ValueInfo("image", DataType.FLOAT, List.of(batch, dim(1), dim(28), dim(28)))),
        List.of(new ValueInfo("logits", DataType.FLOAT, List.of(batch, dim(CLASSES)))),
        Map.of("", 17L));
  }

  private static Tensor glorot(String name, Shape shape, int fanIn, int fanOut, long seed) {
    RandomGenerator random = Seeds.random(seed, "init/" + name);
    double limit = Math.sqrt(6.0 / (fanIn + fanOut));
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Tensor.ofFloats(name, shape, values);
  }

  private static Node node(
      String name,
      String type,
      List<String> inputs,
      String output,
      Map<String, Attribute> attributes) {
    return new Node(name, type, "", inputs, List.of(output), attributes);
  }

  private static Attribute ints(long... values) {
    return new Attribute.Ints(Arrays.stream(values).boxed().toList());
  }

  private static ValueInfo.Dimension dim(long size) {
    return new ValueInfo.Known(size);
  }
}
