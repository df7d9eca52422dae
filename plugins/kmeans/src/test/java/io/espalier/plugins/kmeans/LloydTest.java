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

class LloydTest {
  private static final int ENOUGH = 10_000;

  @Provide
  Arbitrary<float[]> weights() {
    return Arbitraries.oneOf(
        array(Arbitraries.floats().between(-1, 1).ofScale(6)),
        array(Arbitraries.integers().between(-20, 20).map(i -> i * 0.25f)),
        array(Arbitraries.floats().between(1000, 1001).ofScale(4)));
  }

  private static Arbitrary<float[]> array(Arbitrary<Float> values) {
    return values.array(float[].class).ofMinSize(1).ofMaxSize(80);
  }

  @Property
  void givesEveryValueToItsNearestCentroidAndTheLowerOfTwo(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 12) int clusters,
      @ForAll Initialisation initialisation,
      @ForAll long seed) {
    Fit fit = fit(weights, clusters, initialisation, seed, ENOUGH);

    for (float weight : weights) {
      assertThat(fit.cluster(weight)).isEqualTo(nearest(weight, fit.centroids()));
    }
  }

  @Property
  void convergesToWhereOneMoreStepChangesNothing(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 12) int clusters,
      @ForAll Initialisation initialisation,
      @ForAll long seed) {
    Fit fit = fit(weights, clusters, initialisation, seed, ENOUGH);

    assertThat(fit.converged()).isTrue();
    for (int j = 0; j < fit.centroids().length; j++) {
      assertThat((double) fit.centroids()[j])
          .isCloseTo(meanOfCluster(weights, fit, j), within(Math.ulp(fit.centroids()[j]) + 1e-12));
    }
    Fit again = new Lloyd(new SortedValues(weights), clusters).fit(fit.centroids(), 1);
    assertThat(again.centroids()).isEqualTo(fit.centroids());
    assertThat(again.converged()).isTrue();
  }

  @Property
  void neverRaisesTheError(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 12) int clusters,
      @ForAll Initialisation initialisation,
      @ForAll long seed) {
    double before = Double.MAX_VALUE;
    for (int iterations = 1; iterations <= 20; iterations++) {
      Fit fit = fit(weights, clusters, initialisation, seed, iterations);
      double error = error(weights, fit);
      assertThat(error).isLessThanOrEqualTo(before * (1 + 1e-9) + 1e-12);
      before = error;
    }
  }

  @Property
  void usesAllClustersOrAllDifferentValues(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 12) int clusters,
      @ForAll Initialisation initialisation,
      @ForAll long seed) {
    Fit fit = fit(weights, clusters, initialisation, seed, ENOUGH);
    int different = new SortedValues(weights).distinct(weights.length).length;

    assertThat(fit.centroids()).hasSize(Math.min(clusters, different));
    assertThat(fit.centroids()).isSorted().doesNotHaveDuplicates();
  }

  @Property
  void isNeverBetterThanTheBestDivisionThereIs(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(min = 1, max = 6) int clusters,
      @ForAll long seed) {
    Fit fit = fit(weights, clusters, Initialisation.K_MEANS_PLUS_PLUS, seed, ENOUGH);

    assertThat(error(weights, fit) * (1 + 1e-6) + 1e-9)
        .isGreaterThanOrEqualTo(leastError(weights, clusters));
  }

  @Property
  void takesTheStepsOfAPlainIteration(
      @ForAll("weights") float[] weights, @ForAll @IntRange(min = 1, max = 5) int clusters) {
    SortedValues values = new SortedValues(weights);
    if (values.distinct(clusters + 1).length <= clusters) {
      return;
    }
    float[] start = spread(values.distinct(weights.length), clusters);

    Fit fit = new Lloyd(values, clusters).fit(start, 1);

    assertThat(fit.centroids()).containsExactly(plainStep(weights, start), within(1e-4f));
  }

  @Test
  void findsClustersThatStandApart() {
    float[] weights = {5.1f, -3, 0.1f, 4.9f, -3.2f, 0, -2.8f, 5};

    for (Initialisation initialisation : Initialisation.values()) {
      Fit fit = fit(weights, 3, initialisation, 1, ENOUGH);
      assertThat(fit.centroids())
          .as("from %s", initialisation.word())
          .containsExactly(new float[] {-3, 0.05f, 5}, within(1e-6f));
    }
  }

  @Test
  void fillsEmptyClustersByCuttingTheWorst() {
    float[] weights = {0, 0.1f, 0.2f, 0.3f, 100, 100.1f};

    Fit fit = new Lloyd(new SortedValues(weights), 3).fit(new float[] {500, 600, 700}, ENOUGH);

    assertThat(fit.converged()).isTrue();
    assertThat(fit.centroids()).hasSize(3).isSorted();
    assertThat(error(weights, fit)).isCloseTo(leastError(weights, 3), within(1e-4));
  }

  @Test
  void separatesNeighbouringFloats() {
    float[] weights = {1, Math.nextUp(1f), 2, Math.nextUp(2f), 2};

    Fit fit = new Lloyd(new SortedValues(weights), 3).fit(new float[] {1, 1, 1}, ENOUGH);

    assertThat(fit.converged()).isTrue();
    assertThat(fit.centroids()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void stopsAfterTheIterationsAllowed() {
    float[] weights = new float[10_000];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }

    Fit fit = fit(weights, 20, Initialisation.LINEAR, 1, 3);

    assertThat(fit.iterations()).isEqualTo(3);
    assertThat(fit.converged()).isFalse();
  }

  @Test
  void convergesOnAMillionWeights() {
    float[] weights = new float[1_000_000];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }

    Fit fit = fit(weights, 60, Initialisation.K_MEANS_PLUS_PLUS, 1, 20_000);

    assertThat(fit.converged()).isTrue();
    // Panter and Dite: the least error of k levels for a normal density is about 2.72 sigma² / k².
    assertThat(error(weights, fit) / weights.length)
        .isCloseTo(2.72 * 0.0025 / 3600, within(0.1 * 0.0025 / 3600));
  }

  private static Fit fit(
      float[] weights, int clusters, Initialisation initialisation, long seed, int iterations) {
    SortedValues values = new SortedValues(weights);
    float[] start = initialisation.centroids(values, clusters, new SplittableRandom(seed));
    return new Lloyd(values, clusters).fit(start, iterations);
  }

  private static int nearest(float weight, float[] centroids) {
    int nearest = 0;
    for (int j = 1; j < centroids.length; j++) {
      if (Math.abs((double) weight - centroids[j])
          < Math.abs((double) weight - centroids[nearest])) {
        nearest = j;
      }
    }
    return nearest;
  }

  private static double meanOfCluster(float[] weights, Fit fit, int cluster) {
    double sum = 0;
    int count = 0;
    for (float weight : weights) {
      if (fit.cluster(weight) == cluster) {
        sum += weight;
        count++;
      }
    }
    return sum / count;
  }

  private static double error(float[] weights, Fit fit) {
    double error = 0;
    for (float weight : weights) {
      double distance = (double) weight - fit.centroids()[fit.cluster(weight)];
      error += distance * distance;
    }
    return error;
  }

  /** Assignment and means, one value at a time. */
  private static float[] plainStep(float[] weights, float[] centroids) {
    double[] sums = new double[centroids.length];
    int[] counts = new int[centroids.length];
    for (float weight : weights) {
      int cluster = nearest(weight, centroids);
      sums[cluster] += weight;
      counts[cluster]++;
    }
    float[] means = new float[centroids.length];
    for (int j = 0; j < means.length; j++) {
      means[j] = (float) (sums[j] / counts[j]);
    }
    return means;
  }

  /** Some of the values, so that no cluster is empty. */
  private static float[] spread(float[] distinct, int count) {
    float[] spread = new float[count];
    for (int j = 0; j < count; j++) {
      spread[j] = distinct[j * distinct.length / count];
    }
    return spread;
  }

  /** The least error over all divisions into runs, by dynamic programming. */
  private static double leastError(float[] weights, int clusters) {
    float[] sorted = weights.clone();
    Arrays.sort(sorted);
    double[] least = new double[sorted.length + 1];
    Arrays.fill(least, 1, least.length, Double.MAX_VALUE);
    for (int j = 0; j < clusters; j++) {
      double[] next = least.clone();
      for (int from = 0; from < sorted.length; from++) {
        double mean = 0;
        double error = 0;
        for (int to = from; to < sorted.length; to++) {
          double step = sorted[to] - mean;
          mean += step / (to - from + 1);
          error += step * (sorted[to] - mean);
          next[to + 1] = Math.min(next[to + 1], least[from] + error);
        }
      }
      least = next;
    }
    return least[sorted.length];
  }
}
