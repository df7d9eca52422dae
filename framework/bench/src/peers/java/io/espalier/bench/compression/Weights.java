package io.espalier.bench.compression;

import io.espalier.api.Attribute;
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
import java.util.function.DoubleSupplier;

/** Models of square matrix products, for encoding. */
final class Weights {
  private Weights() {}

  /**
   * Matrix products in a row.
   *
   * @param layers number of products
   * @param extent inputs and outputs of each
   * @param values of the weights, one call for each
   */
  static Model model(int layers, int extent, DoubleSupplier values) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    Shape shape = Shape.of(extent, extent);
    String flow = "x";
    for (int layer = 0; layer < layers; layer++) {
      String weight = "w" + layer;
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Tensor.byteSize(weight, DataType.FLOAT, shape))
              .order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        bytes.putFloat((float) values.getAsDouble());
      }
      tensors.add(Tensor.of(weight, DataType.FLOAT, shape, bytes.flip()));
      String next = "y" + layer;
      Map<String, Attribute> none = Map.of();
      nodes.add(
          new Node("product" + layer, "MatMul", "", List.of(flow, weight), List.of(next), none));
      flow = next;
    }
    List<ValueInfo.Dimension> dims =
        List.of(new ValueInfo.Open("batch"), new ValueInfo.Known(extent));
    Graph graph =
        new Graph(
            "products",
            nodes,
            List.of(new ValueInfo("x", DataType.FLOAT, dims)),
            List.of(new ValueInfo(flow, DataType.FLOAT, dims)),
            Map.of("", 17L));
    return Model.of(graph, tensors);
  }

  /**
   * Normal weights of which a share is zero and the others take a number of values.
   *
   * @param values 0 for as many as come
   */
  static DoubleSupplier drawn(double sparsity, int values, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] table = new float[values];
    for (int i = 0; i < values; i++) {
      table[i] = (float) (0.05 * random.nextGaussian());
    }
    return () -> {
      if (random.nextDouble() < sparsity) {
        return 0;
      }
      return values == 0 ? 0.05 * random.nextGaussian() : table[random.nextInt(values)];
    };
  }
}
