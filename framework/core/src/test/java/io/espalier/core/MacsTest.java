package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacsTest {
  /**
   * Known figures: ResNet-18 1.8 G and MobileNetV2 300 M as in their papers, ResNet-20 40.55 M; the
   * small ones by hand.
   */
  @ParameterizedTest
  @CsvSource({
    "fashion-cnn, 18812448",
    "lenet-5, 416520",
    "mlp, 1861632",
    "mobilenet-v2, 300774272",
    "resnet-18, 1814073344",
    "resnet-20, 40551040",
    "resnet-56, 125485696",
    "tutorial-cnn, 93288",
    "vit-tiny, 359204736"
  })
  void areThoseOfTheNetwork(String name, long macs) {
    assertThat(Macs.of(ModelBuilders.build(name, 1)).total()).isEqualTo(macs);
  }

  @Test
  void areCountedByLayer() {
    assertThat(Macs.of(TutorialCnn.build(1)).byNode())
        .containsExactlyInAnyOrderEntriesOf(Map.of("conv", 26 * 26 * 12 * 9L, "dense", 2028 * 10L));
  }

  @Test
  void countTheInputsOfAGroupOnly() {
    Model model =
        Graphs.single(
            Graphs.value("x", -1, 6, 5, 5),
            4,
            Graphs.node("n", "Conv", List.of("x", "w"), "y", "group", 3),
            Graphs.floats("w", 9, 2, 3, 3));

    assertThat(Macs.of(model).total()).isEqualTo(9 * 3 * 3 * (2 * 9));
  }

  @Test
  void countEveryMatrixOfAStack() {
    Model model =
        Graphs.single(
            Graphs.value("x", -1, 4, 6),
            4,
            Graphs.node("n", "MatMul", List.of("x", "w"), "y"),
            Graphs.floats("w", 5, 1, 6, 2));

    assertThat(Macs.of(model).total()).isEqualTo(5 * 4 * 2 * 6);
  }

  @Test
  void followATransposedProduct() {
    Model model =
        Graphs.single(
            Graphs.value("x", 7, 1),
            2,
            Graphs.node("n", "Gemm", List.of("x", "w"), "y", "transA", 1),
            Graphs.floats("w", 7, 3));

    assertThat(Macs.of(model).total()).isEqualTo(3 * 7);
  }

  @Test
  void needShapes() {
    Model model =
        Graphs.single(
            Graphs.value("x", -1, 4), 2, Graphs.node("odd", "EyeLike", List.of("x"), "y"));

    assertThatThrownBy(() -> Macs.of(model))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll("'odd'", "EyeLike");
  }
}
