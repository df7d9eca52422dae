package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class XnnpackPolicyTest {
  private static Model conv(Shape weight, Map<String, Attribute> attributes) {
    float[] values = new float[(int) weight.size()];
    Node node = new Node("conv", "Conv", "", List.of("x", "w"), List.of("y"), attributes);
    List<ValueInfo.Dimension> dims =
        List.of(
            new ValueInfo.Open("batch"),
            new ValueInfo.Known(weight.dim(1)),
            new ValueInfo.Known(9),
            new ValueInfo.Known(9));
    return Model.of(
        new Graph(
            "one",
            List.of(node),
            List.of(new ValueInfo("x", DataType.FLOAT, dims)),
            List.of(new ValueInfo("y", DataType.FLOAT, dims)),
            Map.of("", 17L)),
        List.of(Tensor.ofFloats("w", weight, values)));
  }

  private static Optional<String> objection(Shape weight, Map<String, Attribute> attributes) {
    Model model = conv(weight, attributes);
    Layer layer = Layers.prunable(model, true).get(0);
    return new XnnpackPolicy(model).objection(layer);
  }

  private static Attribute ints(Long... values) {
    return new Attribute.Ints(List.of(values));
  }

  @Test
  void takesPointwiseConvolutions() {
    assertThat(objection(Shape.of(8, 4, 1, 1), Map.of("strides", ints(1L, 1L)))).isEmpty();
  }

  @Test
  void saysWhichPartOfTheRuleALayerBreaks() {
    assertThat(objection(Shape.of(8, 4, 3, 3), Map.of())).get().asString().contains("3x3");
    assertThat(objection(Shape.of(8, 4, 1, 1), Map.of("strides", ints(2L, 2L))))
        .get()
        .asString()
        .contains("stride is 2x2");
    assertThat(objection(Shape.of(8, 2, 1, 1), Map.of("group", new Attribute.Int(2))))
        .get()
        .asString()
        .contains("2 groups");
    assertThat(objection(Shape.of(8, 4, 1, 1), Map.of("pads", ints(1L, 1L, 1L, 1L))))
        .get()
        .asString()
        .contains("padded");
  }

  @Test
  void saysWhatTheNetworkLacks() {
    Model model = conv(Shape.of(8, 4, 1, 1), Map.of());
    Model begun =
        conv(Shape.of(8, 3, 3, 3), Map.of("strides", ints(2L, 2L), "pads", ints(1L, 1L, 1L, 1L)));

    assertThat(new XnnpackPolicy(model).conditions())
        .hasSize(3)
        .anyMatch(line -> line.contains("begins"))
        .anyMatch(line -> line.contains("ends"));
    assertThat(new XnnpackPolicy(begun).conditions()).hasSize(2);
  }
}
