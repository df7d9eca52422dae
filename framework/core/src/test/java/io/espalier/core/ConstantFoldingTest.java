package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from constants and shapes is known before any data comes. */
class ConstantFoldingTest {
  private static Inference infer(long batch, List<Node> nodes, Tensor... tensors) {
    Graph graph =
        new Graph(
            "test",
            nodes,
            List.of(Graphs.value("x", -1, 4, 6)),
            List.of(Graphs.value("y", -1)),
            Map.of("", 17L));
    return Inference.of(Model.of(graph, List.of(tensors)), batch);
  }

  private static Node node(String type, List<String> inputs, String output, Object... attributes) {
    return Graphs.node(output, type, inputs, output, attributes);
  }

  private static double[] values(Inference inference, String name) {
    return Numbers.of(tensor(inference, name)).reals();
  }

  private static Tensor tensor(Inference inference, String name) {
    return Objects.requireNonNull(inference.constants().get(name), name);
  }

  private static double[] fold(String type, Tensor... inputs) {
    List<String> names = Arrays.stream(inputs).map(Tensor::name).toList();
    return values(infer(1, List.of(node(type, names, "y")), inputs), "y");
  }

  private static Tensor longs(String name, long... values) {
    return Tensor.ofLongs(name, Shape.of(values.length), values);
  }

  private static Tensor floats(String name, float... values) {
    return Tensor.ofFloats(name, Shape.of(values.length), values);
  }

  /** As exporters write it: the number of samples from the shape, the rest open. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7})
  void theTargetOfAReshape(long batch) {
    Tensor first = Tensor.ofLongs("first", Shape.of(), 0);
    Inference inference =
        infer(
            batch,
            List.of(
                node("Shape", List.of("x"), "shape"),
                node("Gather", List.of("shape", "first"), "batch"),
                node("Unsqueeze", List.of("batch", "axis"), "rows"),
                node("Concat", List.of("rows", "rest"), "target", "axis", 0L),
                node("Reshape", List.of("x", "target"), "y")),
            first,
            longs("axis", 0),
            longs("rest", -1));

    assertThat(inference.shapes()).containsEntry("y", Shape.of(batch, 24));
    assertThat(values(inference, "target")).containsExactly(batch, -1);
    assertThat(inference.constants()).doesNotContainKey("y");
  }

  /** As exporters write the size of an upsampled image. */
  @Test
  void sizesThatAreComputedInFloat() {
    Inference inference =
        infer(
            2,
            List.of(
                node("Shape", List.of("x"), "shape"),
                node("Slice", List.of("shape", "two", "three"), "width"),
                node("Cast", List.of("width"), "real", "to", 1L),
                node("Mul", List.of("real", "scale"), "wider"),
                node("Floor", List.of("wider"), "whole"),
                node("Cast", List.of("whole"), "size", "to", 7L)),
            longs("two", 2),
            longs("three", 3),
            floats("scale", 1.6f));

    assertThat(tensor(inference, "size")).isEqualTo(longs("size", 9));
  }

  @Test
  void wholeNumbersStayExact() {
    assertThat(fold("Div", longs("a", -7, 7), longs("b", 2))).containsExactly(-3, 3);
    Inference sum =
        infer(
            1,
            List.of(node("Add", List.of("a", "b"), "y")),
            longs("a", Long.MAX_VALUE - 1),
            longs("b", 1));
    assertThat(Numbers.of(tensor(sum, "y")).wholes()).containsExactly(Long.MAX_VALUE);
    assertThat(fold("Equal", longs("a", Long.MAX_VALUE), longs("b", Long.MAX_VALUE - 1)))
        .containsExactly(0);
  }

  @Test
  void comparisonsChoose() {
    assertThat(fold("Greater", longs("a", 1, 5), longs("b", 3))).containsExactly(0, 1);
    Inference chosen =
        infer(
            1,
            List.of(
                node("Equal", List.of("a", "b"), "same"),
                node("Where", List.of("same", "c", "a"), "y")),
            longs("a", -1, 5),
            longs("b", -1),
            longs("c", 9));
    assertThat(values(chosen, "y")).containsExactly(9, 5);
  }

  @Test
  void rangesAndProducts() {
    Tensor step = Tensor.ofLongs("step", Shape.of(), -2);
    Tensor start = Tensor.ofLongs("start", Shape.of(), 5);
    Tensor end = Tensor.ofLongs("end", Shape.of(), 0);
    assertThat(fold("Range", start, end, step)).containsExactly(5, 3, 1);
    assertThat(fold("ReduceProd", longs("a", 2, 3, 7))).containsExactly(42);
  }

  @Test
  void tensorsOfAShape() {
    Inference filled =
        infer(1, List.of(node("ConstantOfShape", List.of("a"), "y")), longs("a", 2, 3));
    assertThat(tensor(filled, "y")).isEqualTo(Tensor.ofFloats("y", Shape.of(2, 3), new float[6]));
    Inference wide =
        infer(
            1,
            List.of(node("Expand", List.of("a", "b"), "y")),
            floats("a", 3, 4),
            longs("b", 2, 1));
    assertThat(values(wide, "y")).containsExactly(3, 4, 3, 4);
  }

  @Test
  void partOfAShape() {
    Inference part = infer(3, List.of(node("Shape", List.of("x"), "y", "start", -2L, "end", -1L)));
    assertThat(values(part, "y")).containsExactly(4);
  }

  @Test
  void halfPrecisionRoundsToTheNearest() {
    for (float value : new float[] {0, 1, -2.5f, 65504, 6.1e-5f, 6e-8f, 0.1f}) {
      Tensor half =
          new Numbers.Reals(new double[] {value}).tensor("h", DataType.FLOAT16, Shape.of());
      assertThat(Numbers.of(half).reals()[0])
          .isCloseTo(value, within(Math.abs(value) / 2048 + 3e-8));
    }
    Tensor brain = new Numbers.Reals(new double[] {0.1}).tensor("b", DataType.BFLOAT16, Shape.of());
    assertThat(Numbers.of(brain).reals()[0]).isCloseTo(0.1, within(0.1 / 256));
  }

  private static Offset<Double> within(double distance) {
    return Offset.offset(distance);
  }

  @ParameterizedTest
  @CsvSource({"constant, 0 0 1 2 3 0", "edge, 1 1 1 2 3 3", "reflect, 3 2 1 2 3 2"})
  void paddedWholeNumbers(String mode, String expected) {
    Node pad = node("Pad", List.of("n", "pads"), "y", "mode", mode);

    Inference inference = infer(1, List.of(pad), longs("n", 1, 2, 3), longs("pads", 2, 1));

    assertThat(Numbers.of(tensor(inference, "y")).wholes())
        .containsExactly(Arrays.stream(expected.split(" ")).mapToLong(Long::parseLong).toArray());
  }

  @Test
  void anIndexBeyondTheAxisIsRefused() {
    assertThatThrownBy(() -> fold("Gather", longs("a", 1, 2), longs("b", 2)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("node 'y' (Gather)", "index 2", "axis of 2");
  }
}
