package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final Shape SHAPE = Shape.of(4);
  private static final Graph GRAPH =
      new Graph(
          "test",
          List.of(Graphs.node("r", "Relu", List.of("x"), "y")),
          List.of(Graphs.value("x", -1, 3)),
          List.of(Graphs.value("y", -1, 3)),
          Map.of("", 17L));

  private static Model model(float... values) {
    return Model.of(GRAPH, List.of(Tensor.ofFloats("w", Shape.of(values.length), values)));
  }

  private static final Model MASKED =
      Plans.apply(
          model(1, 2, 3, 4),
          new Plan(
              "p",
              List.of(new Edit.MaskWeights(new Mask.Builder("w", SHAPE).keep(1).keep(3).build()))));

  private static final Model TIED =
      Plans.apply(
          model(1, 2, 3, 4),
          new Plan(
              "c",
              List.of(
                  new Edit.TieWeights(
                      new Codebook(
                          "w",
                          SHAPE,
                          new float[] {3.5f, 1.5f},
                          new char[] {1, 1, 0, 0},
                          OptionalInt.empty())))));

  @Test
  void acceptsWhatAFileGivesBack() {
    OnnxFormat onnx = new OnnxFormat();
    Model read = onnx.parse(onnx.bytes(MASKED), "masked.onnx");

    assertThatCode(() -> Verification.check(MASKED, read)).doesNotThrowAnyException();
  }

  @Test
  void acceptsMoreZerosThanTheMaskAsksFor() {
    assertThatCode(() -> Verification.check(MASKED, model(0, -0f, -0f, 4)))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAMaskedWeightThatIsNotZero() {
    assertRefused(MASKED, model(0, 2, 1e-30f, 4), "'w'", "zeros at 2 of 4 weights", "at 1");
  }

  @Test
  void acceptsAClusteredTensor() {
    assertThatCode(() -> Verification.check(TIED, model(1.5f, 1.5f, 3.5f, 3.5f)))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAValueOutsideTheCodebook() {
    assertRefused(
        TIED,
        model(1.5f, 1.5000001f, 3.5f, 3.5f),
        "'w'",
        "allows 2 values",
        "3 different",
        "1 of 4");
  }

  @Test
  void refusesCodebooksOfOnePaletteThatDiffer() {
    Codebook one =
        new Codebook("w", Shape.of(1), new float[] {1, 2}, new char[1], OptionalInt.empty());
    Codebook other =
        new Codebook("v", Shape.of(1), new float[] {1, 3}, new char[1], OptionalInt.empty());
    Model model =
        Model.of(
                GRAPH,
                List.of(
                    Tensor.ofFloats("w", Shape.of(1), new float[] {1}),
                    Tensor.ofFloats("v", Shape.of(1), new float[] {1})))
            .withConstraint(one.ofPalette("all"))
            .withConstraint(other.ofPalette("all"));

    assertRefused(model, model, "'w' and 'v' share a palette, but have other values");
  }

  @Test
  void refusesNaNInAClusteredTensor() {
    assertRefused(TIED, model(1.5f, Float.NaN, 3.5f, 3.5f), "1 of 4");
  }

  @Test
  void refusesAMissingTensor() {
    assertRefused(MASKED, Model.of(GRAPH, List.of()), "'w' is missing");
  }

  @Test
  void refusesAnotherShape() {
    assertRefused(MASKED, model(1, 2), "float 2, not float or int8 4");
  }

  @Test
  void refusesAnotherInterface() {
    Graph other =
        new Graph(
            GRAPH.name(),
            GRAPH.nodes(),
            List.of(Graphs.value("x", 1, 3)),
            GRAPH.outputs(),
            GRAPH.opsets());

    assertRefused(
        model(1), Model.of(other, List.of(Graphs.floats("w", 1))), "inputs", "1 x 3", "batch x 3");
  }

  private static void assertRefused(Model intended, Model exported, String... words) {
    assertThatThrownBy(() -> Verification.check(intended, exported))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.VERIFICATION))
        .hasMessageContainingAll(words);
  }
}
