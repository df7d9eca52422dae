package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapesTest {
  private static final ValueInfo IMAGE = Graphs.value("x", -1, 4, 8, 8);

  private static void assertRefused(ValueInfo input, Node node, Tensor tensor, String... words) {
    assertThatThrownBy(() -> Shapes.infer(Graphs.single(input, 2, node, tensor), 2))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageStartingWith("node 'n' (" + node.type() + "): ")
        .hasMessageContainingAll(words);
  }

  private static Node n(String type, Object... attributes) {
    return Graphs.node("n", type, List.of("x", "w"), "y", attributes);
  }

  @Test
  void infersEveryValueOfTheTutorialNetwork() {
    assertThat(Shapes.infer(TutorialCnn.build(1), 128))
        .containsEntry("image", Shape.of(128, 1, 28, 28))
        .containsEntry("conv.weight", Shape.of(12, 1, 3, 3))
        .containsEntry("conv.out", Shape.of(128, 12, 26, 26))
        .containsEntry("relu.out", Shape.of(128, 12, 26, 26))
        .containsEntry("pool.out", Shape.of(128, 12, 13, 13))
        .containsEntry("flatten.out", Shape.of(128, 2028))
        .containsEntry("logits", Shape.of(128, 10));
  }

  @Test
  void setsEveryOpenAxis() {
    Model relu =
        Graphs.single(Graphs.value("x", -1, 4, -1), 3, Graphs.node("r", "Relu", List.of("x"), "y"));

    assertThat(Shapes.infer(relu, 5)).containsEntry("y", Shape.of(5, 4, 5));
  }

  @Test
  void listsTheOperatorsItKnows() {
    assertRefused(
        IMAGE, n("NonZero"), Graphs.floats("w", 1), "does not compute", "Abs, Acos, ", "Tanh");
  }

  @Test
  void namesTheDomainOfAForeignOperator() {
    Node foreign = new Node("n", "Relu", "com.example", List.of("x"), List.of("y"), Map.of());

    assertRefused(IMAGE, foreign, Graphs.floats("w", 1), "domain 'com.example'");
  }

  @Test
  void givesBothOutputsOfADropout() {
    Node dropout = new Node("n", "Dropout", "", List.of("x"), List.of("y", "mask"), Map.of());

    assertThat(Shapes.infer(Graphs.single(IMAGE, 4, dropout), 2))
        .containsEntry("mask", Shape.of(2, 4, 8, 8));
  }

  @Test
  void refusesOutputsThatAnOperatorDoesNotHave() {
    Node relu = new Node("n", "Relu", "", List.of("x"), List.of("y", "more"), Map.of());

    assertRefused(IMAGE, relu, Graphs.floats("w", 1), "output 1 ('more')");
  }

  @Test
  void refusesAMissingInput() {
    Node relu = new Node("n", "Relu", "", List.of(), List.of("y"), Map.of());

    assertRefused(IMAGE, relu, Graphs.floats("w", 1), "input 0 is missing");
  }

  @Test
  void refusesAConvolutionOfOtherChannels() {
    assertRefused(
        IMAGE, n("Conv"), Graphs.floats("w", 2, 3, 3, 3), "4 channels", "2x3x3x3", "takes 3");
  }

  @Test
  void refusesAConvolutionOfAnotherRank() {
    assertRefused(IMAGE, n("Conv"), Graphs.floats("w", 2, 4), "'w' is 2x4");
  }

  @Test
  void refusesFiltersThatDoNotFormGroups() {
    assertRefused(
        IMAGE, n("Conv", "group", 2), Graphs.floats("w", 3, 2, 1, 1), "3 filters", "2 groups");
  }

  @Test
  void refusesAWindowLargerThanItsInput() {
    assertRefused(IMAGE, n("Conv"), Graphs.floats("w", 1, 4, 9, 1), "window of 9", "2x4x8x8");
  }

  @Test
  void refusesAKernelShapeOtherThanTheWeights() {
    assertRefused(
        IMAGE,
        n("Conv", "kernel_shape", new long[] {5, 5}),
        Graphs.floats("w", 1, 4, 3, 3),
        "[5, 5]");
  }

  @Test
  void refusesImpossibleStrides() {
    Tensor weight = Graphs.floats("w", 1, 4, 3, 3);

    assertRefused(IMAGE, n("Conv", "strides", new long[] {0, 1}), weight, "strides", "1 or more");
    assertRefused(IMAGE, n("Conv", "strides", new long[] {1}), weight, "1 values, needs 2");
  }

  @Test
  void refusesAnUnknownPadding() {
    assertRefused(
        IMAGE, n("Conv", "auto_pad", "MIRROR"), Graphs.floats("w", 1, 4, 3, 3), "'MIRROR'");
  }

  @Test
  void refusesAttributesOfAnotherKind() {
    assertRefused(
        IMAGE, n("Conv", "group", "two"), Graphs.floats("w", 1, 4, 3, 3), "'group'", "whole");
  }

  @Test
  void refusesMatricesThatDoNotMultiply() {
    assertRefused(Graphs.value("x", -1, 4), n("Gemm"), Graphs.floats("w", 5, 4), "2x4", "5x4");
    assertRefused(Graphs.value("x", -1, 4), n("MatMul"), Graphs.floats("w", 5, 4), "2x4", "5x4");
  }

  @Test
  void refusesShapesThatCannotBeBroadcast() {
    assertRefused(Graphs.value("x", -1, 4), n("Add"), Graphs.floats("w", 3), "2x4", "3");
  }

  @Test
  void refusesAReshapeThatDoesNotFit() {
    assertRefused(
        Graphs.value("x", -1, 6),
        n("Reshape"),
        Tensor.ofLongs("w", Shape.of(2), 1, 6),
        "2x6",
        "[1, 6]",
        "open batch");
  }

  @Test
  void refusesAReshapeToAComputedShape() {
    Node reshape = Graphs.node("n", "Reshape", List.of("x", "x"), "y");

    assertRefused(Graphs.value("x", 2), reshape, Graphs.floats("w", 1), "not a constant");
  }

  @Test
  void reportsExtentsThatOverflow() {
    assertRefused(
        Graphs.value("x", Long.MAX_VALUE, 1, 1),
        Graphs.node("n", "AveragePool", List.of("x"), "y", "kernel_shape", new long[] {1, 1}),
        Graphs.floats("w", 1),
        "kernel_shape");
    assertRefused(
        Graphs.value("x", 1, 1, Long.MAX_VALUE),
        Graphs.node(
            "n",
            "AveragePool",
            List.of("x"),
            "y",
            "kernel_shape",
            new long[] {1},
            "pads",
            new long[] {1, 1}),
        Graphs.floats("w", 1),
        "too large");
  }
}
