package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shapes of operators that work element by element, along axes, or move elements. */
class OperatorShapesTest {
  private static final ValueInfo IMAGE = Graphs.value("x", -1, 4, 6, 5);

  private static Map<String, Shape> infer(long opset, Node node, Tensor... tensors) {
    Graph graph =
        new Graph(
            "test",
            List.of(node),
            List.of(IMAGE),
            List.of(Graphs.value("y", -1)),
            Map.of("", opset));
    return Shapes.infer(Model.of(graph, List.of(tensors)), 2);
  }

  private static Node node(String type, List<String> more, Object... attributes) {
    List<String> inputs = new ArrayList<>(List.of("x"));
    inputs.addAll(more);
    return Graphs.node("n", type, inputs, "y", attributes);
  }

  private static void assertShape(Shape shape, long opset, Node node, Tensor... tensors) {
    assertThat(infer(opset, node, tensors)).containsEntry("y", shape);
  }

  private static void assertRefused(Node node, List<String> words, Tensor... tensors) {
    assertThatThrownBy(() -> infer(17, node, tensors))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageStartingWith("node 'n' (" + node.type() + "): ")
        .hasMessageContainingAll(words.toArray(String[]::new));
  }

  private static Tensor longs(String name, long... values) {
    return Tensor.ofLongs(name, Shape.of(values.length), values);
  }

  @Test
  void functionsOfOneElementKeepTheShape() {
    for (String type : List.of("Gelu", "Erf", "HardSwish", "Elu", "Softplus", "Exp")) {
      assertShape(Shape.of(2, 4, 6, 5), 20, node(type, List.of()));
    }
    assertShape(Shape.of(2, 4, 6, 5), 17, node("PRelu", List.of("s")), Graphs.floats("s", 4, 1, 1));
  }

  @Test
  void pairsBroadcast() {
    assertShape(Shape.of(2, 4, 6, 5), 17, node("Min", List.of("b")), Graphs.floats("b", 6, 1));
    assertShape(
        Shape.of(3, 2, 4, 6, 5), 17, node("Pow", List.of("b")), Graphs.floats("b", 3, 1, 1, 1, 1));
  }

  @Test
  void aSlopeMustFitItsInput() {
    assertRefused(
        node("PRelu", List.of("s")),
        List.of("'s' is 3x1x1x1x1"),
        Graphs.floats("s", 3, 1, 1, 1, 1));
    assertRefused(node("PRelu", List.of("s")), List.of("4 and 2x4x6x5"), Graphs.floats("s", 4));
  }

  @Test
  void reductionsDropOrKeepTheirAxes() {
    assertShape(Shape.of(2, 4, 1, 1), 17, node("ReduceMean", List.of(), "axes", new long[] {2, 3}));
    assertShape(
        Shape.of(2, 6, 5), 18, node("ReduceMax", List.of("a"), "keepdims", 0), longs("a", -3));
    assertShape(Shape.of(1, 1, 1, 1), 13, node("ReduceSum", List.of()));
    assertShape(Shape.of(2, 4, 6, 5), 13, node("ReduceSum", List.of(), "noop_with_empty_axes", 1));
    assertShape(Shape.of(2, 4, 1, 1), 13, node("GlobalMaxPool", List.of()));
  }

  @Test
  void anAxisMustBeThere() {
    assertRefused(
        node("ReduceMean", List.of(), "axes", new long[] {4}),
        List.of("axis 4 is not one of 4 axes"));
  }

  @Test
  void concatJoinsAlongItsAxis() {
    assertShape(
        Shape.of(2, 4, 9, 5),
        17,
        node("Concat", List.of("b"), "axis", -2),
        Graphs.floats("b", 2, 4, 3, 5));
    assertRefused(
        node("Concat", List.of("b"), "axis", 1),
        List.of("2x4x6x5", "2x4x3x5", "axis 1"),
        Graphs.floats("b", 2, 4, 3, 5));
  }

  @Test
  void splitTakesSizesOrSharesEvenly() {
    Node split =
        new Node(
            "n",
            "Split",
            "",
            List.of("x"),
            List.of("a", "b", "c", "d"),
            node("Split", List.of(), "axis", 2).attributes());
    assertThat(infer(18, split))
        .containsEntry("a", Shape.of(2, 4, 2, 5))
        .containsEntry("c", Shape.of(2, 4, 2, 5))
        .containsEntry("d", Shape.of(2, 4, 0, 5));
    assertShape(
        Shape.of(2, 4, 6, 5), 11, node("Split", List.of(), "axis", 3, "split", new long[] {5}));
    assertRefused(
        node("Split", List.of("s"), "axis", 1), List.of("[3, 2]", "axis 1"), longs("s", 3, 2));
  }

  @Test
  void slicesAreHeldInsideTheirAxes() {
    Tensor[] bounds = {
      longs("s", -100, 4), longs("e", 100, -100), longs("a", 2, 3), longs("t", 4, -2)
    };
    assertShape(Shape.of(2, 4, 2, 3), 13, node("Slice", List.of("s", "e", "a", "t")), bounds);
    assertShape(
        Shape.of(2, 4, 5, 5),
        9,
        node(
            "Slice",
            List.of(),
            "starts",
            new long[] {1},
            "ends",
            new long[] {9},
            "axes",
            new long[] {2}));
  }

  @Test
  void padsGrowOrCrop() {
    assertShape(
        Shape.of(2, 4, 9, 4),
        10,
        node("Pad", List.of(), "pads", new long[] {0, 0, 1, -1, 0, 0, 2, 0}));
    assertShape(
        Shape.of(2, 4, 6, 8),
        18,
        node("Pad", List.of("p", "", "a")),
        longs("p", 1, 2),
        longs("a", -1));
    assertRefused(node("Pad", List.of("p")), List.of("[1, 2]", "4 axes"), longs("p", 1, 2));
  }

  @Test
  void transposeReordersTheAxes() {
    assertShape(Shape.of(5, 6, 4, 2), 17, node("Transpose", List.of()));
    assertShape(
        Shape.of(2, 6, 5, 4), 17, node("Transpose", List.of(), "perm", new long[] {0, 2, 3, 1}));
    assertRefused(
        node("Transpose", List.of(), "perm", new long[] {0, 1, 1, 2}),
        List.of("[0, 1, 1, 2]", "2x4x6x5"));
  }

  @Test
  void axesOfOneComeAndGo() {
    assertShape(Shape.of(2, 1, 4, 6, 5, 1), 17, node("Unsqueeze", List.of("a")), longs("a", 1, -1));
    assertShape(Shape.of(2, 4, 6, 1, 5), 11, node("Unsqueeze", List.of(), "axes", new long[] {3}));
    assertRefused(node("Squeeze", List.of("a")), List.of("axis 1 of 2x4x6x5"), longs("a", 1));
    assertRefused(node("Unsqueeze", List.of("a")), List.of("twice"), longs("a", 1, 1));
  }

  @Test
  void normalisationsKeepTheShape() {
    Tensor channels = Graphs.floats("s", 4);
    Tensor wide = Graphs.floats("s", 6, 5);
    assertShape(
        Shape.of(2, 4, 6, 5), 17, node("InstanceNormalization", List.of("s", "s")), channels);
    assertShape(
        Shape.of(2, 4, 6, 5), 17, node("LayerNormalization", List.of("s"), "axis", 2), wide);
    assertShape(
        Shape.of(2, 4, 6, 5),
        21,
        node("GroupNormalization", List.of("s", "s"), "num_groups", 2),
        channels);
    assertRefused(
        node("GroupNormalization", List.of("s", "s"), "num_groups", 3),
        List.of("4 channels", "3 groups"),
        channels);
    assertRefused(node("InstanceNormalization", List.of("s", "s")), List.of("'s' is 6x5"), wide);
    assertRefused(node("LayerNormalization", List.of("s")), List.of("6x5"), wide);
  }

  @Test
  void axesThatAreComputedAreRefused() {
    assertRefused(node("Unsqueeze", List.of("x")), List.of("'x'", "constant"));
  }
}
