package io.espalier.runtime.fake;

import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Seeds;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Small real networks. */
public final class FakeModels {
  public static final int FEATURES = 8;
  public static final int CLASSES = 3;
  private static final int HIDDEN = 10;

  private FakeModels() {}

  /** Two dense layers, 80 and 30 weights: {@code x} [batch, 8] to {@code logits} [batch, 3]. */
  public static Model twoLayers() {
    Graph graph =
        new Graph(
            "two-layers",
            List.of(
                gemm("first", "x", "hidden"),
                new Node("relu", "Relu", "", List.of("hidden"), List.of("active"), Map.of()),
                gemm("second", "active", "logits")),
            List.of(value("x", FEATURES)),
            List.of(value("logits", CLASSES)),
            Map.of("", 17L));
    return Model.of(
        graph,
        List.of(
            drawn("first.weight", Shape.of(FEATURES, HIDDEN)),
            drawn("first.bias", Shape.of(HIDDEN)),
            drawn("second.weight", Shape.of(HIDDEN, CLASSES)),
            drawn("second.bias", Shape.of(CLASSES))));
  }

  /** A model without a node, whose one tensor has a given number of bytes. */
  public static Model ofBytes(int bytes) {
    Graph graph =
        new Graph(
            "bulk",
            List.of(),
            List.of(value("x", FEATURES)),
            List.of(value("x", FEATURES)),
            Map.of("", 17L));
    return Model.of(
        graph,
        List.of(
            Tensor.of(
                "bulk",
                DataType.UINT8,
                Shape.of(bytes),
                java.nio.ByteBuffer.allocateDirect(bytes))));
  }

  private static Node gemm(String name, String from, String to) {
    return new Node(
        name, "Gemm", "", List.of(from, name + ".weight", name + ".bias"), List.of(to), Map.of());
  }

  private static ValueInfo value(String name, int features) {
    return new ValueInfo(
        name, DataType.FLOAT, List.of(new ValueInfo.Open("batch"), new ValueInfo.Known(features)));
  }

  private static Tensor drawn(String name, Shape shape) {
    RandomGenerator random = Seeds.random(1, name);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(name, shape, values);
  }
}
