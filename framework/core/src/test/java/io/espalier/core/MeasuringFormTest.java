package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files that were exported while training. */
class MeasuringFormTest {
  private static final ValueInfo INPUT = Graphs.value("x", -1, 3);

  private static Node normalisation() {
    return new Node(
        "bn",
        "BatchNormalization",
        "",
        List.of("x", "scale", "bias", "mean", "var"),
        List.of("y", "mean.next", "var.next"),
        Map.of("training_mode", new Attribute.Int(1)));
  }

  private static Node read(Node node, String output, Tensor... tensors) {
    Model file = Graphs.model(INPUT, Graphs.value(output, -1, 3), List.of(node), tensors);
    Model model = new OnnxFormat().parse(new OnnxFormat().bytes(file), "m.onnx");
    return model.graph().nodes().get(0);
  }

  private static Tensor[] statistics() {
    return new Tensor[] {
      Graphs.floats("scale", 3),
      Graphs.floats("bias", 3),
      Graphs.floats("mean", 3),
      Graphs.floats("var", 3)
    };
  }

  @Test
  void normalisationsTakeTheRunningStatistics() {
    Node node = read(normalisation(), "y", statistics());

    assertThat(node.attributes()).isEmpty();
    assertThat(node.outputs()).containsExactly("y");
  }

  @Test
  void whoseUpdatedStatisticsAreUsedStayAsTheyAre() {
    assertThat(read(normalisation(), "mean.next", statistics())).isEqualTo(normalisation());
  }

  @Test
  void nothingDrops() {
    Tensor yes = Tensor.of("yes", DataType.BOOL, Shape.of(), ByteBuffer.wrap(new byte[] {1}));
    Node dropout =
        new Node("d", "Dropout", "", List.of("x", "ratio", "yes"), List.of("y", "mask"), Map.of());

    Node node = read(dropout, "y", yes, Tensor.ofFloats("ratio", Shape.of(), 0.5f));

    assertThat(node.inputs()).containsExactly("x", "ratio");
    assertThat(node.outputs()).containsExactly("y");
  }
}
