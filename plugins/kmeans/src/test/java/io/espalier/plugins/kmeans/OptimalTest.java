package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OptimalTest {
  @Provide
  Arbitrary<float[]> weights() {
    return Arbitraries.oneOf(
        array(Arbitraries.floats().between(-1, 1).ofScale(6)),
        array(Arbitraries.integers().between(-20, 20).map(i -> i * 0.25f)),
        array(Arbitraries.integers().between(-40, 40).map(i -> i * 1f)),
        array(Arbitraries.floats().between(1000, 1001).ofScale(4)));
  }

  private static Arbitrary<float[]> array(Arbitrary<Float> values) {
    return values.array(float[].class).ofMinSize(1).ofMaxSize(80);
  }

  @Property
  void reachesTheLeastErrorOfAllDivisions(
      @ForAll("weights") float[] weights, @ForAll @IntRange(min = 1, max = 12) int clusters) {
    float[] ones = new float[weights.length];
    Arrays.fill(ones, 1);

    double error = error(weights, ones, new Optimal(new SortedValues(weights), clusters));

    double least = leastError(weights, ones, clusters);
    assertThat(error).isCloseTo(least, within(1e-6 * least + 1e-6));
  }

  @Property
  void reachesTheLeastWeightedError(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 8) int clusters,
      @ForAll long seed) {
    float[] masses = new float[weights.length];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < masses.length; i++) {
      masses[i] = 0.01f + random.nextInt(100);
    }

    Optimal optimal = new Optimal(SortedValues.weighted(weights, masses), clusters);

    double least = leastError(weights, masses, clusters);
    assertThat(error(weights, masses, optimal)).isCloseTo(least, within(1e-5 * least + 1e-4));
  }

  @Test
  void dividesEvenlySpacedNumbersEvenly() {
    float[] weights = new float[48];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }

    assertThat(new Optimal(new SortedValues(weights), 12).centroids())
        .containsExactly(
            1.5f, 5.5f, 9.5f, 13.5f, 17.5f, 21.5f, 25.5f, 29.5f, 33.5f, 37.5f, 41.5f, 45.5f);
  }

  @Test
  void drawsCentroidsToHeavyValues() {
    float[] weights = {0, 1, 2, 3};

    assertThat(new Optimal(SortedValues.weighted(weights, new float[] {9, 1, 1, 9}), 2).centroids())
        .containsExactly(0.1f, 2.9f);
  }

  @Test
  void isNeverWorseThanLloydOnManyWeights() {
    float[] weights = new float[200_000];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }
    SortedValues values = new SortedValues(weights);
    float[] ones = new float[weights.length];
    Arrays.fill(ones, 1);

    double optimal =
        error(weights, ones, new Lloyd(values, 40).fit(new Optimal(values, 40).centroids(), 10));

    for (Initialisation start : Initialisation.values()) {
      float[] centroids = start.centroids(values, 40, new SplittableRandom(1));
      double other = error(weights, ones, new Lloyd(values, 40).fit(centroids, 20_000));
      assertThat(optimal).as("against %s", start.word()).isLessThanOrEqualTo(other * (1 + 1e-9));
    }
  }

  private static double error(float[] weights, float[] masses, Optimal optimal) {
    float[] centroids = optimal.centroids();
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double least = Double.MAX_VALUE;
      for (float centroid : centroids) {
        least = Math.min(least, Math.pow((double) weights[i] - centroid, 2));
      }
      error += masses[i] * least;
    }
    return error;
  }

  private static double error(float[] weights, float[] masses, Fit fit) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      error +=
          masses[i] * Math.pow((double) weights[i] - fit.centroids()[fit.cluster(weights[i])], 2);
    }
    return error;
  }

  /** The least error over all divisions into runs, by plain dynamic programming. */
  private static double leastError(float[] weights, float[] masses, int clusters) {
    Integer[] order = new Integer[weights.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(weights[a], weights[b]));
    double[] least = new double[order.length + 1];
    Arrays.fill(least, 1, least.length, Double.MAX_VALUE);
    for (int j = 0; j < clusters; j++) {
      double[] next = least.clone();
      for (int from = 0; from < order.length; from++) {
        double mass = 0;
        double mean = 0;
        double error = 0;
        for (int to = from; to < order.length; to++) {
          double value = weights[order[to]];
          double own = masses[order[to]];
          mass += own;
          double step = value - mean;
          mean += step * own / mass;
          error += own * step * (value - mean);
          next[to + 1] = Math.min(next[to + 1], least[from] + error);
        }
      }
      least = next;
    }
    return least[order.length];
  }
}
