package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.ValueInfo;
import io.espalier.core.ModelBuilders;
import io.espalier.core.OnnxFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir private Path work;
  private Path file;

  @BeforeEach
  void chooseAFile() {
    file = work.resolve("net.onnx");
  }

  private Invocation inspect(Model model, Object... more) {
    new OnnxFormat().write(model, file);
    return more.length == 0
        ? Invocation.of("inspect", file)
        : Invocation.of("inspect", file, more[0]);
  }

  @Test
  void showsTheMultiplyAccumulatesOfEachLayerAndOfAll() {
    String out = inspect(ModelBuilders.build("lenet-5", 1)).out();

    assertThat(out)
        .containsPattern("416.520 multiply-accumulates for one sample")
        .containsPattern("conv2 .*240.000\\n")
        .containsPattern("dense3 .* 840\\s");
  }

  @Test
  void givesThemAsJson() {
    JsonNode found = inspect(ModelBuilders.build("resnet-18", 1), "--json").json();

    assertThat(found.get("macs").asLong()).isEqualTo(1_814_073_344);
    assertThat(found.get("layers").get(0).get("name").asText()).isEqualTo("stem.conv");
    assertThat(found.get("layers").get(0).get("macs").asLong()).isEqualTo(112 * 112 * 64 * 147);
  }

  @Test
  void showsTheRestWhereAShapeIsNotKnown() {
    Model odd = odd(ModelBuilders.build("tutorial-cnn", 1));

    Invocation text = inspect(odd);
    JsonNode json = inspect(odd, "--json").json();

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .containsPattern("20.410 parameters")
        .contains("an unknown number of multiply-accumulates");
    assertThat(json.get("macs").isNull()).isTrue();
    assertThat(json.get("parameters").asLong()).isEqualTo(20_410);
  }

  /** The same model with one more node, of an operator that Espalier does not know. */
  private static Model odd(Model model) {
    Graph graph = model.graph();
    Node last = new Node("odd", "EyeLike", "", List.of("logits"), List.of("eye"), Map.of());
    ValueInfo logits = graph.outputs().get(0);
    ValueInfo output = new ValueInfo("eye", logits.type(), logits.dims());
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.add(last);
    return Model.of(
        new Graph("odd", nodes, graph.inputs(), List.of(output), graph.opsets()),
        model.tensors().values());
  }
}
