package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlusPlusTest {
  private static final int DRAWS = 40_000;
  private static final float[] WEIGHTS = {-4, -1, 0, 0.5f, 2, 7};

  @Test
  void drawsByTheSquaredDistanceFromTheNearest() {
    Map<String, Integer> counts = new HashMap<>();
    SplittableRandom random = new SplittableRandom(5);
    SortedValues values = new SortedValues(WEIGHTS);
    for (int i = 0; i < DRAWS; i++) {
      counts.merge(Arrays.toString(new PlusPlus(values, 3).draw(random)), 1, Integer::sum);
    }

    for (float first : WEIGHTS) {
      for (float second : WEIGHTS) {
        for (float third : WEIGHTS) {
          float[] drawn = {first, second, third};
          double expected =
              1.0 / WEIGHTS.length * chance(second, first) * chance(third, first, second);
          double seen = counts.getOrDefault(Arrays.toString(drawn), 0) / (double) DRAWS;
          assertThat(seen)
              .as("share of %s", Arrays.toString(drawn))
              .isCloseTo(expected, within(5 * Math.sqrt(expected / DRAWS)));
        }
      }
    }
  }

  @Property
  void drawsDifferentValuesWhileThereAreAny(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = -30, max = 30) Integer> quarters,
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll long seed) {
    float[] weights = new float[quarters.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = quarters.get(i) / 4f;
    }
    SortedValues values = new SortedValues(weights);

    float[] drawn = new PlusPlus(values, count).draw(new SplittableRandom(seed));

    float[] distinct = values.distinct(weights.length);
    assertThat(drawn).hasSize(Math.min(count, distinct.length)).doesNotHaveDuplicates();
  }

  private static double chance(float drawn, float... before) {
    double all = 0;
    for (float weight : WEIGHTS) {
      all += squaredDistance(weight, before);
    }
    return squaredDistance(drawn, before) / all;
  }

  private static double squaredDistance(float weight, float... centroids) {
    double least = Double.MAX_VALUE;
    for (float centroid : centroids) {
      least = Math.min(least, (weight - centroid) * (weight - centroid));
    }
    return least;
  }
}
