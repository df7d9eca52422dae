package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Shape;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final int ROWS = 2048;
  private static final int SIZE = ROWS * 3500;
  private static final Layer LAYER = new Layer("dense", "Gemm", "w", Shape.of(ROWS, 3500));

  private static float[] scores(int values) {
    SplittableRandom random = new SplittableRandom(1);
    float[] scores = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      scores[i] = values == 0 ? (float) random.nextGaussian() : random.nextInt(values) - 2f;
    }
    return scores;
  }

  /** Bytes that threads which are still there have allocated so far. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private static Mask kept(float[] scores) {
    return new ExactSelector().keepHighest(LAYER, scores, 0.8);
  }

  @Test
  void takesUnderATenthOfTheScoresBytesBesides() {
    float[] scores = scores(0);
    kept(scores);
    long before = allocated();

    kept(scores);

    assertThat(allocated() - before).isLessThan(4L * SIZE / 10);
  }

  @Test
  void isExactOverManyParts() {
    for (int values : new int[] {0, 5}) {
      float[] scores = scores(values);
      float[] sorted = scores.clone();
      Arrays.sort(sorted);
      int dropped = SIZE - ExactSelector.kept(SIZE, 0.8);
      float threshold = sorted[dropped];

      Mask mask = kept(scores);

      int ties = 0;
      int tiesDropped = 0;
      boolean keptATie = false;
      for (int i = 0; i < SIZE; i++) {
        if (scores[i] != threshold) {
          assertThat(mask.keeps(i) == scores[i] > threshold).isTrue();
          continue;
        }
        ties++;
        tiesDropped += mask.keeps(i) ? 0 : 1;
        keptATie |= mask.keeps(i);
        assertThat(keptATie && !mask.keeps(i)).as("a later tie goes before an earlier").isFalse();
      }
      assertThat(mask.kept()).isEqualTo(SIZE - dropped);
      assertThat(ties).isGreaterThanOrEqualTo(tiesDropped);
    }
  }
}
