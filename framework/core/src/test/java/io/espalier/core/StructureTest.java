package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Shape;
import io.espalier.api.Structure;
import io.espalier.api.Structure.Blocks;
import io.espalier.api.Structure.Pattern;
import io.espalier.api.Structure.Pooling;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StructureTest {
  private static String mask(Layer layer, Structure structure, double sparsity, float... scores) {
    Mask mask =
        new ExactSelector()
            .select(List.of(new Target(layer, sparsity, structure)), same -> scores)
            .get(0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mask.size(); i++) {
      text.append(mask.keeps(i) ? '1' : '0');
    }
    return text.toString();
  }

  private static Layer dense(long rows, long columns) {
    return new Layer("dense", "Gemm", "w", Shape.of(rows, columns));
  }

  @Test
  void averageAndMaximumOfABlockCanDiffer() {
    float[] scores = {
      9, 0, 4, 4,
      0, 0, 4, 4,
    };

    assertThat(mask(dense(2, 4), new Blocks(2, 2, Pooling.AVG), 0.5, scores)).isEqualTo("00110011");
    assertThat(mask(dense(2, 4), new Blocks(2, 2, Pooling.MAX), 0.5, scores)).isEqualTo("11001100");
    assertThat(mask(dense(2, 4), new Blocks(2, 2, Pooling.L2), 0.5, scores)).isEqualTo("11001100");
  }

  @Test
  void blocksAtTheEdgePoolWhatTheyHave() {
    float[] scores = {
      1, 1, 2,
      1, 1, 2,
      5, 5, 0,
    };

    assertThat(mask(dense(3, 3), new Blocks(2, 2, Pooling.AVG), 0.5, scores))
        .isEqualTo("001001110");
  }

  @Test
  void blocksCoverWeightsOfAnyRank() {
    Layer conv = new Layer("conv", "Conv", "w", Shape.of(2, 2, 1, 2));

    assertThat(mask(conv, new Blocks(1, 4, Pooling.AVG), 0.5, 1, 1, 1, 1, 2, 2, 2, 2))
        .isEqualTo("00001111");
    assertThat(
            mask(
                new Layer("b", "Conv", "b", Shape.of(4)),
                new Blocks(1, 2, Pooling.MAX),
                0.5,
                1,
                2,
                3,
                4))
        .isEqualTo("0011");
  }

  @Test
  void aPatternHoldsAlongTheInputsOfADenseLayer() {
    assertThat(mask(dense(2, 4), new Pattern(2, 4), 0.5, 1, 2, 3, 4, 8, 7, 6, 5))
        .isEqualTo("00111100");
    assertThat(mask(dense(1, 5), new Pattern(3, 5), 0.6, 1, 5, 2, 4, 3)).isEqualTo("01010");
  }

  @Test
  void aPatternHoldsAlongTheInputsOfAConvolution() {
    Layer conv = new Layer("conv", "Conv", "w", Shape.of(1, 2, 1, 3));

    assertThat(mask(conv, new Pattern(1, 2), 0.5, 1, 9, 1, 2, 8, 0)).isEqualTo("011100");
  }

  @Test
  void aPatternHoldsAlongTheInputsOfAMatMul() {
    Layer product = new Layer("m", "MatMul", "w", Shape.of(2, 2));

    assertThat(mask(product, new Pattern(1, 2), 0.5, 1, 9, 2, 8)).isEqualTo("0110");
  }

  @Test
  void theLastRunCountsAsFilledUpWithTheLeastWeights() {
    assertThat(mask(dense(1, 7), new Pattern(2, 4), 0.5, 4, 3, 2, 1, 3, 2, 1)).isEqualTo("1100110");
    assertThat(mask(dense(1, 5), new Pattern(2, 4), 0.5, 4, 3, 2, 1, 3)).isEqualTo("11001");
  }

  @Test
  void aPatternIsReachedByAndBy() {
    assertThat(mask(dense(1, 8), new Pattern(2, 4), 0.25, 1, 2, 8, 9, 3, 4, 5, 6))
        .isEqualTo("00111111");
    assertThat(mask(dense(1, 8), new Pattern(2, 4), 0.5, 1, 2, 8, 9, 3, 4, 5, 6))
        .isEqualTo("00110011");
  }

  @Test
  void refusesBlocksAndRunsLargerThanTheWeight() {
    assertThatThrownBy(() -> mask(dense(2, 4), new Blocks(3, 1, Pooling.AVG), 0.5, new float[8]))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("block of 3x1 is larger than the weight 'w' (2x4)");
    assertThatThrownBy(() -> mask(dense(4, 2), new Pattern(2, 4), 0.5, new float[8]))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("2 input channels, fewer than the 4 of a run");
  }

  @Property(tries = 100)
  void everyRunHasExactlyItsZerosAtThePatternsShare(
      @ForAll @IntRange(min = 2, max = 6) int of,
      @ForAll @IntRange(min = 1, max = 5) int zeros,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 4) int runs,
      @ForAll float[] seeds) {
    int asked = Math.min(zeros, of - 1);
    Layer layer = dense(rows, (long) runs * of);
    float[] scores = new float[rows * runs * of];
    for (int i = 0; i < scores.length; i++) {
      float seed = seeds.length == 0 ? 0 : seeds[i % seeds.length];
      scores[i] = Float.isNaN(seed) ? 0 : seed;
    }
    String mask = mask(layer, new Pattern(asked, of), (double) asked / of, scores);

    for (int run = 0; run < rows * runs; run++) {
      assertThat(mask.substring(run * of, run * of + of).chars().filter(c -> c == '0').count())
          .isEqualTo(asked);
    }
  }
}
