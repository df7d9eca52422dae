package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static List<String> names(Node node, Tensor... tensors) {
    Model model = Graphs.single(Graphs.value("x", -1, 8, 5, 5), 4, node, tensors);
    return Layers.prunable(model).stream().map(Layer::name).toList();
  }

  @Test
  void findsConvolutionAndDenseInGraphOrder() {
    assertThat(Layers.prunable(TutorialCnn.build(1)))
        .containsExactly(
            new Layer("conv", "Conv", "conv.weight", Shape.of(12, 1, 3, 3)),
            new Layer("dense", "Gemm", "dense.weight", Shape.of(10, 2028)));
  }

  @Test
  void leavesOutDepthwiseConvolutions() {
    Node depthwise = Graphs.node("c", "Conv", List.of("x", "w"), "y", "group", 8);

    assertThat(names(depthwise, Graphs.floats("w", 8, 1, 3, 3))).isEmpty();
  }

  @Test
  void leavesOutDepthwiseConvolutionsThatWidenEachChannel() {
    Node depthwise = Graphs.node("c", "Conv", List.of("x", "w"), "y", "group", 8);

    assertThat(names(depthwise, Graphs.floats("w", 16, 1, 3, 3))).isEmpty();
  }

  @Test
  void takesGroupedConvolutions() {
    Node grouped = Graphs.node("c", "Conv", List.of("x", "w"), "y", "group", 4);

    assertThat(names(grouped, Graphs.floats("w", 8, 2, 3, 3))).containsExactly("c");
  }

  @Test
  void takesAConvolutionOfOneChannel() {
    Node one = Graphs.node("c", "Conv", List.of("x", "w"), "y");

    assertThat(names(one, Graphs.floats("w", 8, 1, 3, 3))).containsExactly("c");
  }

  @Test
  void leavesOutDepthwiseTransposedConvolutions() {
    Node depthwise = Graphs.node("c", "ConvTranspose", List.of("x", "w"), "y", "group", 8);
    Node plain = Graphs.node("c", "ConvTranspose", List.of("x", "w"), "y");

    assertThat(names(depthwise, Graphs.floats("w", 8, 1, 3, 3))).isEmpty();
    assertThat(names(plain, Graphs.floats("w", 8, 1, 3, 3))).containsExactly("c");
  }

  @Test
  void takesTheConstantOperandOfAMatMulOnEitherSide() {
    Tensor weight = Graphs.floats("w", 5, 5);

    assertThat(names(Graphs.node("m", "MatMul", List.of("x", "w"), "y"), weight))
        .containsExactly("m");
    assertThat(names(Graphs.node("m", "MatMul", List.of("w", "x"), "y"), weight))
        .containsExactly("m");
  }

  @Test
  void leavesOutAMatMulOfTwoActivations() {
    assertThat(names(Graphs.node("m", "MatMul", List.of("x", "x"), "y"))).isEmpty();
  }

  @Test
  void leavesOutWeightsThatAreNotFloat() {
    Node gemm = Graphs.node("g", "Gemm", List.of("x", "w"), "y");

    assertThat(names(gemm, Tensor.ofLongs("w", Shape.of(1, 1), 3))).isEmpty();
  }

  @Test
  void leavesOutOtherDomains() {
    Node foreign = new Node("c", "Conv", "com.example", List.of("x", "w"), List.of("y"), Map.of());

    assertThat(names(foreign, Graphs.floats("w", 8, 8, 3, 3))).isEmpty();
  }

  @Test
  void countsASharedWeightOnce() {
    Model model =
        Graphs.model(
            Graphs.value("x", -1, 4),
            Graphs.value("y", -1, 4),
            List.of(
                Graphs.node("first", "MatMul", List.of("x", "w"), "h"),
                Graphs.node("second", "MatMul", List.of("h", "w"), "y")),
            Graphs.floats("w", 4, 4));

    assertThat(Layers.prunable(model)).extracting(Layer::name).containsExactly("first");
  }
}
