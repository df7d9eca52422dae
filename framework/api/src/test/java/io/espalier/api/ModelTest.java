package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final Graph GRAPH =
      new Graph(
          "dense",
          List.of(new Node("dense", "MatMul", "", List.of("x", "w"), List.of("y"), Map.of())),
          List.of(
              new ValueInfo(
                  "x",
                  DataType.FLOAT,
                  List.of(new ValueInfo.Open("batch"), new ValueInfo.Known(2)))),
          List.of(
              new ValueInfo(
                  "y", DataType.FLOAT, List.of(new ValueInfo.Open(""), new ValueInfo.Known(2)))),
          Map.of("", 17L));
  private static final Tensor WEIGHT = Tensor.ofFloats("w", Shape.of(2, 2), 1, 2, 3, 4);
  private static final Tensor BIAS = Tensor.ofFloats("b", Shape.of(2), 5, 6);
  private static final Model MODEL = Model.of(GRAPH, List.of(WEIGHT, BIAS));

  @Test
  void findsATensorByName() {
    assertThat(MODEL.tensor("w")).isSameAs(WEIGHT);
  }

  @Test
  void namesATensorThatIsMissing() {
    assertThatThrownBy(() -> MODEL.tensor("v"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("the model has no tensor 'v'");
  }

  @Test
  void keepsTheOrderOfItsTensors() {
    assertThat(MODEL.tensors().keySet()).containsExactly("w", "b");
    assertThat(MODEL.withTensors(List.of(WEIGHT.named("w"))).tensors().keySet())
        .containsExactly("w", "b");
  }

  @Test
  void isNotChangedByItsSuccessors() {
    Tensor other = Tensor.ofFloats("w", Shape.of(2, 2), 0, 0, 0, 1);
    Model next =
        MODEL
            .withTensors(List.of(other))
            .withConstraint(Mask.ofNonZero(other))
            .withHistory(new HistoryEntry("prune", "prune", "magnitude", "masked 3 of 4"));

    assertThat(next.tensor("w")).isSameAs(other);
    assertThat(next.tensor("b")).isSameAs(BIAS);
    assertThat(next.masks()).containsOnlyKeys("w");
    assertThat(next.history()).hasSize(1);
    assertThat(MODEL).isEqualTo(Model.of(GRAPH, List.of(WEIGHT, BIAS)));
  }

  @Test
  void replacesAConstraintOfTheSameKindOnly() {
    Mask all = Mask.all("w", Shape.of(2, 2));
    Mask none = new Mask.Builder("w", Shape.of(2, 2)).build();
    Codebook zeros =
        new Codebook("w", Shape.of(2, 2), new float[1], new char[4], OptionalInt.of(0));

    Model model = MODEL.withConstraint(all).withConstraint(zeros).withConstraint(none);

    assertThat(model.masks()).containsExactly(Map.entry("w", none));
    assertThat(model.codebooks()).containsExactly(Map.entry("w", zeros));
  }

  @Test
  void refusesAConstraintOnNoTensor() {
    assertThatThrownBy(() -> MODEL.withConstraint(Mask.all("v", Shape.of(2))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("mask of v: keeps 2 of 2 (2) fits no tensor of the model");
  }

  @Test
  void refusesAConstraintOfAnotherShape() {
    assertThatThrownBy(() -> MODEL.withConstraint(Mask.all("w", Shape.of(4))))
        .hasMessage("mask of w: keeps 4 of 4 (4) fits no tensor of the model: 'w' is 2x2");
    Codebook small = new Codebook("b", Shape.of(1), new float[1], new char[1], OptionalInt.empty());
    assertThatThrownBy(() -> MODEL.withConstraint(small))
        .hasMessage("codebook of b: 1 values (1) fits no tensor of the model: 'b' is 2");
  }

  @Test
  void refusesATensorThatDoesNotFitItsConstraint() {
    Model masked = MODEL.withConstraint(Mask.all("w", Shape.of(2, 2)));

    assertThatThrownBy(() -> masked.withTensors(List.of(WEIGHT.reshaped(Shape.of(4)))))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void cannotBeChangedThroughItsMaps() {
    assertThatThrownBy(() -> MODEL.tensors().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> MODEL.masks().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void setsOpenAxesToAnExtent() {
    ValueInfo input = GRAPH.inputs().get(0);

    assertThat(input.shape(7)).isEqualTo(Shape.of(7, 2));
    assertThat(input).hasToString("x float batch x 2");
    assertThat(GRAPH.outputs().get(0)).hasToString("y float ? x 2");
  }
}
