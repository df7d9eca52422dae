package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Shape;
import io.espalier.api.Structure;
import io.espalier.api.Structure.Pooling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The pooled values are those of a pooling over {@code [[1, 2, 3, 4], [5, 6, 7, 8]]} with windows
 * and strides of 2x3 and padding SAME: 2 columns are missing, of which one comes before the first.
 */
class BlockUnitsTest {
  private static final Layer LAYER = new Layer("dense", "Gemm", "w", Shape.of(2, 4));
  private static final float[] SCORES = {1, 2, 3, 4, 5, 6, 7, 8};

  private static float[] pooled(Pooling pooling) {
    return Units.of(LAYER, new Structure.Blocks(2, 3, pooling)).pool(SCORES);
  }

  @Test
  void averagesLeaveThePaddingOut() {
    assertThat(pooled(Pooling.AVG)).containsExactly(3.5f, 5.5f);
  }

  @Test
  void theGreatestIsThatOfTheShiftedWindow() {
    assertThat(pooled(Pooling.MAX)).containsExactly(6, 8);
  }

  @Test
  void squaresAddUpOverTheShiftedWindow() {
    assertThat(pooled(Pooling.L2))
        .containsExactly(
            new float[] {(float) Math.sqrt(66), (float) Math.sqrt(138)}, within(1e-5f));
  }

  @Test
  void masksLieWhereTheWindowsWere() {
    Structure blocks = new Structure.Blocks(2, 3, Pooling.AVG);

    Mask mask =
        new ExactSelector().select(List.of(new Target(LAYER, 0.5, blocks)), layer -> SCORES).get(0);

    assertThat(IntStream.range(0, 8).filter(mask::keeps)).containsExactly(2, 3, 6, 7);
    assertThat(Units.of(LAYER, blocks).problem(mask, 1)).isEmpty();
  }

  @Test
  void oneMissingColumnComesAfterTheLast() {
    Layer layer = new Layer("dense", "Gemm", "w", Shape.of(1, 5));

    assertThat(
            Units.of(layer, new Structure.Blocks(1, 2, Pooling.AVG))
                .pool(new float[] {1, 3, 5, 7, 9}))
        .containsExactly(2, 6, 9);
  }
}
