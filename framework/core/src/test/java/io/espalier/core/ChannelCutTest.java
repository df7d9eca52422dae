package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChannelCutTest {
  private static Edit.RemoveChannels edit(String tensor, Integer... indices) {
    return new Edit.RemoveChannels(tensor, 0, List.of(indices));
  }

  private static Model halved(String name) {
    Model model = ModelBuilders.build(name, 1);
    return ChannelCut.apply(model, Cuts.half(model));
  }

  /**
   * Multiply-accumulates as tools count them that add other layers: two for each element of a
   * normalisation, one for each of a rectifier and each that a pooling takes in, one for each bias.
   */
  private static long countedWithTheRest(Model model) {
    Map<String, Shape> shapes = Shapes.infer(model, 1);
    long rest = 0;
    for (Node node : model.graph().nodes()) {
      Shape in = shapes.get(node.inputs().get(0));
      long size = in == null ? 0 : in.size();
      rest +=
          switch (node.type()) {
            case "BatchNormalization" -> 2 * size;
            case "Relu", "MaxPool", "GlobalAveragePool" -> size;
            case "Gemm" -> model.tensor(node.inputs().get(2)).size();
            default -> 0;
          };
    }
    return Macs.of(model).total() + rest;
  }

  @Test
  void halfOfResNet18HasThePublishedFigures() {
    Model cut = halved("resnet-18");

    assertThat(countedWithTheRest(ModelBuilders.build("resnet-18", 1))).isEqualTo(1_822_177_768L);
    assertThat(countedWithTheRest(cut)).isEqualTo(487_202_536L);
    assertThat(TrainableParameters.count(cut)).isEqualTo(3_055_880);
  }

  @Test
  void halfOfTheFashionNetworkHasAQuarterOfItsParameters() {
    assertThat(TrainableParameters.count(halved("fashion-cnn"))).isEqualTo(3_972_074);
  }

  /** Convolutions of 10, 10, 10 and 30 filters, each joined to all that came before. */
  @Test
  void halfOfACascadeOfConcatsIsHalfOfEachPart() {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    int[] filters = {10, 10, 10, 30};
    String value = "x";
    int channels = 3;
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < filters.length; i++) {
      nodes.add(Graphs.node("conv" + i, "Conv", List.of(value, "w" + i), "c" + i));
      tensors.add(Graphs.floats("w" + i, filters[i], channels, 1, 1));
      String joined = "j" + i;
      nodes.add(
          i == 0
              ? Graphs.node("join0", "Relu", List.of("c0"), joined)
              : Graphs.node("join" + i, "Concat", List.of(value, "c" + i), joined, "axis", 1));
      channels = i == 0 ? filters[0] : channels + filters[i];
      value = joined;
    }
    nodes.add(Graphs.node("last", "Conv", List.of(value, "wl"), "y"));
    tensors.add(Graphs.floats("wl", 2, 60, 1, 1));
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 3, 4, 4),
            Graphs.value("y", -1, 2, 4, 4),
            nodes,
            tensors.toArray(Tensor[]::new));

    Model cut = ChannelCut.apply(model, Cuts.half(model));

    for (String read : List.of("w1", "w2", "w3", "wl")) {
      widths.add((int) cut.tensor(read).shape().dim(1));
    }
    assertThat(cut.tensor("w0").shape().dim(0)).isEqualTo(5);
    assertThat(widths).containsExactly(5, 10, 15, 30);
  }

  /** Every join takes in all that there is, up to thirty of them. */
  @Test
  void cascadesOfConcatsOfManyInputsAreCutExactly() {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    List<String> all = new ArrayList<>();
    String value = "x";
    int channels = 3;
    for (int i = 0; i < 30; i++) {
      nodes.add(Graphs.node("conv" + i, "Conv", List.of(value, "w" + i), "c" + i));
      nodes.add(Graphs.node("act" + i, "Sigmoid", List.of("c" + i), "a" + i));
      tensors.add(Graphs.floats("w" + i, 4, channels, 1, 1));
      all.add("a" + i);
      nodes.add(Graphs.node("join" + i, "Concat", List.copyOf(all), "j" + i, "axis", 1));
      value = "j" + i;
      channels = 4 * all.size();
    }
    nodes.add(Graphs.node("last", "Conv", List.of(value, "wl"), "y"));
    tensors.add(Graphs.floats("wl", 2, channels, 1, 1));
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 3, 4, 4),
            Graphs.value("y", -1, 2, 4, 4),
            nodes,
            tensors.toArray(Tensor[]::new));
    List<Edit.RemoveChannels> edits = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      edits.add(edit("w" + i, i % 4));
    }

    Model cut = ChannelCut.apply(model, edits);

    assertThat(cut.tensor("wl").shape().dim(1)).isEqualTo(90);
    Onnx.assertSame(ChannelCut.masked(model, edits), cut, 1e-5);
  }

  @Test
  void foldsABiasThroughARectifierIntoTheNextLayer() {
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 2),
            Graphs.value("y", -1, 1),
            List.of(
                Graphs.node("a", "Gemm", List.of("x", "w", "b"), "h"),
                Graphs.node("relu", "Relu", List.of("h"), "r"),
                Graphs.node("z", "Gemm", List.of("r", "v", "c"), "y")),
            Graphs.floats("w", 2, 3),
            Tensor.ofFloats("b", Shape.of(3), 2, -5, 7),
            Tensor.ofFloats("v", Shape.of(3, 1), 10, 20, 30),
            Tensor.ofFloats("c", Shape.of(1), 0.5f));

    Model cut = ChannelCut.apply(model, List.of(new Edit.RemoveChannels("w", 1, List.of(0, 1))));

    assertThat(cut.tensor("c").floats().get(0)).isCloseTo(0.5f + 2 * 10, within(1e-6f));
    assertThat(cut.tensor("v").toFloatArray()).containsExactly(30);
    assertThat(cut.tensor("b").toFloatArray()).containsExactly(7);
  }

  private static Model normalised() {
    return Graphs.model(
        Graphs.value("x", -1, 5, 3),
        Graphs.value("y", -1, 5, 2),
        List.of(
            Graphs.node("first", "MatMul", List.of("x", "w"), "h"),
            Graphs.node("shift", "Add", List.of("h", "p"), "t"),
            Graphs.node("norm", "LayerNormalization", List.of("t", "scale", "bias"), "n"),
            Graphs.node("last", "MatMul", List.of("n", "v"), "y")),
        Tensor.ofFloats("w", Shape.of(3, 4), 1, -2, 3, 4, 0.5f, 6, -7, 2, 1, 1, 0, -3),
        Graphs.floats("p", 5, 4),
        Tensor.ofFloats("scale", Shape.of(4), 1, 2, 3, 4),
        Tensor.ofFloats("bias", Shape.of(4), 5, 6, 7, 8),
        Graphs.floats("v", 4, 2));
  }

  @Test
  void aNormalisationSeesTheZerosThatChannelsAre() {
    List<Edit.RemoveChannels> edits = List.of(new Edit.RemoveChannels("w", 1, List.of(0, 2)));

    Model cut = ChannelCut.apply(normalised(), edits);

    Onnx.assertSame(ChannelCut.masked(normalised(), edits), cut, 1e-5);
    assertThat(cut.tensor("v").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(cut.tensor("scale").toFloatArray()).containsExactly(2, 4, 0, 0);
    assertThat(cut.graph().nodes())
        .extracting(Node::type)
        .containsExactly("MatMul", "Add", "Pad", "LayerNormalization", "Slice", "MatMul");
  }

  @Test
  void aSecondCutUsesTheZerosOfTheFirst() {
    Model once =
        ChannelCut.apply(normalised(), List.of(new Edit.RemoveChannels("w", 1, List.of(1))));
    List<Edit.RemoveChannels> edits = List.of(new Edit.RemoveChannels("w", 1, List.of(2)));

    Model twice = ChannelCut.apply(once, edits);

    Onnx.assertSame(ChannelCut.masked(once, edits), twice, 1e-5);
    assertThat(twice.graph().nodes()).hasSameSizeAs(once.graph().nodes());
    assertThat(twice.tensor("v").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(twice.tensor("scale").size()).isEqualTo(4);
  }

  /** What comes behind an operator of unknown shapes has unknown axes. */
  @Test
  void cutsBeforeAReshapeOfSomethingUnknown() {
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 4),
            Graphs.value("y", -1, -1),
            List.of(
                Graphs.node("first", "MatMul", List.of("x", "w"), "h"),
                Graphs.node("last", "MatMul", List.of("h", "v"), "l"),
                Graphs.node("odd", "Odd", List.of("l"), "o"),
                Graphs.node("shape", "Reshape", List.of("o", "s"), "y")),
            Graphs.floats("w", 4, 6),
            Graphs.floats("v", 6, 4),
            Tensor.ofLongs("s", Shape.of(2), 2, -1));

    Model cut = ChannelCut.apply(model, List.of(new Edit.RemoveChannels("w", 1, List.of(0))));

    assertThat(cut.tensor("v").shape()).isEqualTo(Shape.of(5, 4));
    assertThat(cut.tensor("s")).isSameAs(model.tensor("s"));
  }

  @Test
  void keepsNamesAndInputsAndOutputs() {
    Model model = ModelBuilders.build("lenet-5", 1);
    Model cut = ChannelCut.apply(model, List.of(edit("conv1.weight", 0, 3)));

    assertThat(cut.graph().nodes())
        .extracting(Node::name)
        .isEqualTo(model.graph().nodes().stream().map(Node::name).toList());
    assertThat(cut.tensors().keySet()).isEqualTo(model.tensors().keySet());
    assertThat(cut.graph().outputs()).isEqualTo(model.graph().outputs());
    assertThat(cut.tensor("conv2.weight").shape()).isEqualTo(Shape.of(16, 4, 5, 5));
    assertThat(cut.tensor("dense3.weight")).isSameAs(model.tensor("dense3.weight"));
  }

  @Test
  void cutsMasksAndCodebooksToo() {
    Model model = ModelBuilders.build("tutorial-cnn", 1);
    Shape shape = model.tensor("conv.weight").shape();
    Mask.Builder mask = new Mask.Builder("conv.weight", shape);
    IntStream.range(0, (int) shape.size()).filter(i -> i % 3 == 0).forEach(mask::keep);
    char[] indices = new char[(int) shape.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (char) (i % 3 == 0 ? 1 + i % 2 : 0);
    }
    float[] values = {0, 1, -1};
    Codebook codebook = new Codebook("conv.weight", shape, values, indices, OptionalInt.of(0));
    Plan plan =
        new Plan(
            "test",
            List.of(
                new Edit.MaskWeights(mask.build()),
                new Edit.TieWeights(codebook),
                edit("conv.weight", 1, 2, 5)));

    Model cut = Plans.apply(model, plan);

    assertThat(cut.masks()).containsKey("conv.weight");
    Verification.check(cut, cut);
    assertThat(cut.tensor("conv.weight").shape().dim(0)).isEqualTo(shape.dim(0) - 3);
  }

  @Test
  void isTheSameReplayedFromItsMessage() {
    Model model = ModelBuilders.build("resnet-20", 1);
    Plan plan = new Plan("test", List.copyOf(Cuts.half(model)));

    Plan replayed = PlanProtos.fromProto(PlanProtos.toProto(plan));

    assertThat(replayed).isEqualTo(plan);
    assertThat(new OnnxFormat().bytes(Plans.apply(model, replayed)))
        .isEqualTo(new OnnxFormat().bytes(Plans.apply(model, plan)));
  }

  @Test
  void refusesAFrozenChannelWithTheReason() {
    Model model = ModelBuilders.build("lenet-5", 1);

    assertThatThrownBy(() -> ChannelCut.apply(model, List.of(edit("dense3.weight", 4))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("dense3.weight", "4 is frozen", "output 'logits'");
  }

  @Test
  void refusesToLeaveNothing() {
    Model model = ModelBuilders.build("lenet-5", 1);

    assertThatThrownBy(
            () -> ChannelCut.apply(model, List.of(edit("conv1.weight", 0, 1, 2, 3, 4, 5))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("nothing would be left of 'conv1.weight' along axis 0");
  }

  @Test
  void refusesAPartOfAChannel() {
    Model model = ModelBuilders.build("lenet-5", 1);
    Edit.RemoveChannels part = new Edit.RemoveChannels("dense1.weight", 1, List.of(0, 1));

    assertThatThrownBy(() -> ChannelCut.apply(model, List.of(part)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("index 2 would have to go with them");
  }

  @Test
  void refusesTensorsAndAxesThatAreNotThere() {
    Model model = ModelBuilders.build("lenet-5", 1);

    assertThatThrownBy(() -> ChannelCut.apply(model, List.of(edit("conv9.weight", 0))))
        .hasMessageContainingAll("conv9.weight", "no such tensor");
    assertThatThrownBy(() -> ChannelCut.apply(model, List.of(edit("conv1.weight", 6))))
        .hasMessageContainingAll("conv1.weight", "6x1x5x5");
  }
}
