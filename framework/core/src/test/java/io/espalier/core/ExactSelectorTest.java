package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSelectorTest {
  private final ExactSelector selector = new ExactSelector();

  private static Layer layer(int size) {
    return new Layer("dense", "Gemm", "dense.weight", Shape.of(size));
  }

  private static float[] oneTo(int last) {
    float[] scores = new float[last];
    for (int i = 0; i < last; i++) {
      scores[i] = i + 1;
    }
    return scores;
  }

  private static List<Integer> dropped(Mask mask) {
    return IntStream.range(0, mask.size()).filter(i -> !mask.keeps(i)).boxed().toList();
  }

  @Test
  void keepsFiftyOfOneToAHundredAtFiftyPercent() {
    Mask mask = selector.keepHighest(layer(100), oneTo(100), 0.5);

    assertThat(mask.kept()).isEqualTo(50);
    assertThat(dropped(mask)).isEqualTo(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void keepsOneWeightAtNearlyFullSparsity() {
    Mask mask = selector.keepHighest(layer(100), oneTo(100), 0.9999);

    assertThat(mask.kept()).isOne();
    assertThat(mask.keeps(99)).isTrue();
  }

  @Test
  void masksTheTwoSmallestOfTenAtTwentyPercent() {
    assertThat(dropped(selector.keepHighest(layer(10), oneTo(10), 0.2))).containsExactly(0, 1);
  }

  @Test
  void dropsTheLowerIndexOfEqualScores() {
    float[] scores = {2, 1, 1, 1, 1, 3};

    assertThat(dropped(selector.keepHighest(layer(6), scores, 0.5))).containsExactly(1, 2, 3);
  }

  @Test
  void isExactWhereAllScoresAreEqual() {
    assertThat(selector.keepHighest(layer(6), new float[6], 0.5).kept()).isEqualTo(3);
  }

  @Test
  void takesTheTwoZerosForEqual() {
    float[] scores = {0f, -0f, 0f, -0f};

    assertThat(dropped(selector.keepHighest(layer(4), scores, 0.5))).containsExactly(0, 1);
  }

  @Test
  void ordersNegativeAndInfiniteScores() {
    float[] scores = {
      Float.POSITIVE_INFINITY, -1, Float.NEGATIVE_INFINITY, -Float.MIN_VALUE, 1, -3
    };

    assertThat(dropped(selector.keepHighest(layer(6), scores, 0.5))).containsExactly(1, 2, 5);
  }

  @Test
  void keepsEverythingAtZeroSparsity() {
    assertThat(selector.keepHighest(layer(7), oneTo(7), 0))
        .isEqualTo(Mask.all("dense.weight", Shape.of(7)));
  }

  @Test
  void keepsTheShapeOfTheWeight() {
    Layer conv = new Layer("conv", "Conv", "conv.weight", Shape.of(2, 1, 2, 2));

    assertThat(selector.keepHighest(conv, oneTo(8), 0.5).shape()).isEqualTo(conv.shape());
  }

  @ParameterizedTest
  @CsvSource({
    "10, 0.25, 8",
    "10, 0.75, 2",
    "10, 0.35, 6",
    "1, 0.99, 1",
    "0, 0.5, 0",
    "20410, 0.9, 2041"
  })
  void roundsTheNumberKeptHalfToEven(int size, double sparsity, int kept) {
    assertThat(ExactSelector.kept(size, sparsity)).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
  void refusesAnImpossibleSparsity(double sparsity) {
    assertThatThrownBy(() -> selector.keepHighest(layer(2), new float[2], sparsity))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining(String.valueOf(sparsity))
        .hasMessageContaining("0 to below 1");
  }

  @Test
  void refusesNaNAndNamesTheLayer() {
    assertThatThrownBy(() -> selector.keepHighest(layer(2), new float[] {1, Float.NaN}, 0.5))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PLUGIN))
        .hasMessageContaining("'dense'")
        .hasMessageContaining("weight 1")
        .hasMessageContaining("NaN");
  }

  @Test
  void refusesAWrongNumberOfScores() {
    assertThatThrownBy(() -> selector.keepHighest(layer(3), new float[2], 0.5))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("2 scores for 3 weights");
  }
}
