package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InitialisationTest {
  private static final float[] WEIGHTS = {0, 1, 1, 1, 1, 2, 2, 8};

  private static float[] centroids(Initialisation initialisation, int count, long seed) {
    float[] centroids =
        initialisation.centroids(new SortedValues(WEIGHTS), count, new SplittableRandom(seed));
    Arrays.sort(centroids);
    return centroids;
  }

  @Test
  void linearCentroidsLieEvenlyFromTheLeastToTheGreatest() {
    assertThat(centroids(Initialisation.LINEAR, 5, 1)).containsExactly(0, 2, 4, 6, 8);
  }

  @Test
  void randomCentroidsLieBetweenTheLeastAndTheGreatest() {
    assertThat(centroids(Initialisation.RANDOM, 5, 1))
        .hasSize(5)
        .isEqualTo(centroids(Initialisation.RANDOM, 5, 1))
        .isNotEqualTo(centroids(Initialisation.RANDOM, 5, 2));
    for (float centroid : centroids(Initialisation.RANDOM, 50, 3)) {
      assertThat(centroid).isBetween(0f, 8f);
    }
  }

  @Test
  void densityCentroidsAreQuantiles() {
    assertThat(centroids(Initialisation.DENSITY, 4, 1)).containsExactly(1, 1, 2, 8);
  }

  @Test
  void plusPlusDrawsDifferentValuesAmongTheWeights() {
    assertThat(centroids(Initialisation.K_MEANS_PLUS_PLUS, 4, 1)).containsExactly(0, 1, 2, 8);
  }

  @Test
  void optimalCentroidsAreThoseOfTheBestDivision() {
    assertThat(centroids(Initialisation.OPTIMAL, 3, 1)).containsExactly(0.8f, 2, 8);
  }
}
