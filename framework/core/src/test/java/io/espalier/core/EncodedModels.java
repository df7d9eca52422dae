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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models of one convolution and two products whose weights are as sparse and shared as asked. */
final class EncodedModels {
  private EncodedModels() {}

  /**
   * @param sparsity share of zeros
   * @param values number of different values besides zero; 0 for no sharing
   * @param byChannel whether each output channel has values of its own
   */
  static Model model(double sparsity, int values, boolean byChannel, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Node> nodes =
        List.of(
            new Node(
                "conv",
                "Conv",
                "",
                List.of("image", "conv.weight", "conv.bias"),
                List.of("conv.out"),
                Map.of("kernel_shape", new Attribute.Ints(List.of(3L, 3L)))),
            new Node(
                "flatten",
                "Flatten",
                "",
                List.of("conv.out"),
                List.of("flat"),
                Map.of("axis", new Attribute.Int(1))),
            new Node(
                "matmul",
                "MatMul",
                "",
                List.of("flat", "matmul.weight"),
                List.of("hidden"),
                Map.of()),
            new Node(
                "gemm",
                "Gemm",
                "",
                List.of("hidden", "gemm.weight", "gemm.bias"),
                List.of("scores"),
                Map.of("transB", new Attribute.Int(1))));
    Graph graph =
        new Graph(
            "encoded",
            nodes,
            List.of(value("image", 3, 8, 8)),
            List.of(value("scores", 11)),
            Map.of("", 17L));
    return Model.of(
        graph,
        List.of(
            weight("conv.weight", Shape.of(16, 3, 3, 3), 0, sparsity, values, byChannel, random),
            weight("conv.bias", Shape.of(16), 0, 0, 0, false, random),
            weight("matmul.weight", Shape.of(576, 37), 1, sparsity, values, byChannel, random),
            weight("gemm.weight", Shape.of(11, 37), 0, sparsity, values, byChannel, random),
            weight("gemm.bias", Shape.of(11), 0, 0, 0, false, random)));
  }

  static Tensor weight(
      String name,
      Shape shape,
      int axis,
      double sparsity,
      int values,
      boolean byChannel,
      SplittableRandom random) {
    float[] elements = new float[(int) shape.size()];
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= (int) shape.dim(i);
    }
    int channels = (int) shape.dim(axis);
    float[] table = new float[Math.max(1, values) * channels];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < elements.length; i++) {
      if (random.nextDouble() >= sparsity) {
        int channel = byChannel ? i / inner % channels : 0;
        elements[i] =
            values == 0
                ? (float) (0.05 * random.nextGaussian())
                : table[channel * values + random.nextInt(values)];
      }
    }
    return Tensor.ofFloats(name, shape, elements);
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
