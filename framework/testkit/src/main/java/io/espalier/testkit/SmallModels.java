package io.espalier.testkit;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Models so small that a test can train them. */
public final class SmallModels {
  /** Shape of one image of {@link #cnn}. */
  public static final Shape IMAGE = Shape.of(1, 12, 12);

  /** Classes of {@link #cnn}. */
  public static final int CLASSES = 4;

  private static final int FILTERS = 6;
  private static final int FEATURES = FILTERS * 5 * 5;

  private SmallModels() {}

  /**
   * Convolution of six filters of 3x3, ReLU, 2x2 max pooling, one dense layer: 664 parameters, two
   * prunable layers. Input {@code image} (batch x 1 x 12 x 12), output {@code logits} (batch x 4).
   *
   * @param seed for the weights
   */
  public static Model cnn(long seed) {
    List<Node> nodes =
        List.of(
            node("conv", "Conv", List.of("image", "conv.weight", "conv.bias"), ints(3, 3)),
            node("relu", "Relu", List.of("conv.out"), Map.of()),
            new Node(
                "pool",
                "MaxPool",
                "",
                List.of("relu.out"),
                List.of("pool.out"),
                Map.of("kernel_shape", list(2, 2), "strides", list(2, 2))),
            node("flatten", "Flatten", List.of("pool.out"), Map.of("axis", new Attribute.Int(1))),
            new Node(
                "dense",
                "Gemm",
                "",
                List.of("flatten.out", "dense.weight", "dense.bias"),
                List.of("logits"),
                Map.of("transB", new Attribute.Int(1))));
    Graph graph =
        new Graph(
            "small-cnn",
            nodes,
            List.of(value("image", 1, 12, 12)),
            List.of(value("logits", CLASSES)),
            Map.of("", 17L));
    return Model.of(
        graph,
        List.of(
            weights("conv.weight", Shape.of(FILTERS, 1, 3, 3), 9, seed),
            Tensor.ofFloats("conv.bias", Shape.of(FILTERS), new float[FILTERS]),
            weights("dense.weight", Shape.of(CLASSES, FEATURES), FEATURES, seed),
            Tensor.ofFloats("dense.bias", Shape.of(CLASSES), new float[CLASSES])));
  }

  /**
   * One matrix product, {@code y = x w}, of node {@code dense} and weight {@code w}.
   *
   * @param shape of the weight: inputs x outputs
   * @param values of the weight, row-major
   */
  public static Model dense(Shape shape, float... values) {
    Graph graph =
        new Graph(
            "small-dense",
            List.of(new Node("dense", "MatMul", "", List.of("x", "w"), List.of("y"), Map.of())),
            List.of(value("x", shape.dim(0))),
            List.of(value("y", shape.dim(1))),
            Map.of("", 17L));
    return Model.of(graph, List.of(Tensor.ofFloats("w", shape, values)));
  }

  /** Normal, scaled for ReLU (He et al. 2015). */
  private static Tensor weights(String name, Shape shape, int fanIn, long seed) {
    RandomGenerator random = Seeds.random(seed, "init/" + name);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / fanIn));
    }
    return Tensor.ofFloats(name, shape, values);
  }

  private static Node node(
      String name, String type, List<String> inputs, Map<String, Attribute> attributes) {
    return new Node(name, type, "", inputs, List.of(name + ".out"), attributes);
  }

  private static Map<String, Attribute> ints(long... kernel) {
    return Map.of("kernel_shape", list(kernel));
  }

  private static Attribute list(long... values) {
    return new Attribute.Ints(Arrays.stream(values).boxed().toList());
  }

  private static ValueInfo value(String name, long... dims) {
    List<ValueInfo.Dimension> axes = new ArrayList<>();
    axes.add(new ValueInfo.Open("batch"));
    for (long dim : dims) {
      axes.add(new ValueInfo.Known(dim));
    }
    return new ValueInfo(name, DataType.FLOAT, axes);
  }
}
