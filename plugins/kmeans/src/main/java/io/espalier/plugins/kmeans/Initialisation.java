package io.espalier.plugins.kmeans;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Where the centroids are before the first iteration. */
enum Initialisation {
  /** Evenly from the least to the greatest value. */
  LINEAR("linear") {
    @Override
    float[] centroids(SortedValues values, int count, RandomGenerator random) {
      float[] centroids = new float[count];
      for (int i = 0; i < count; i++) {
        centroids[i] = between(values, count == 1 ? 0.5 : (double) i / (count - 1));
      }
      return centroids;
    }
  },

  /** Uniformly drawn between the least and the greatest value. */
  RANDOM("random") {
    @Override
    float[] centroids(SortedValues values, int count, RandomGenerator random) {
      float[] centroids = new float[count];
      for (int i = 0; i < count; i++) {
        centroids[i] = between(values, random.nextDouble());
      }
      return centroids;
    }
  },

  /** The medians of equally large parts of the sorted values: close where values are dense. */
  DENSITY("density") {
    @Override
    float[] centroids(SortedValues values, int count, RandomGenerator random) {
      float[] centroids = new float[count];
      for (int i = 0; i < count; i++) {
        centroids[i] = values.value(values.quantile((i + 0.5) / count));
      }
      return centroids;
    }
  },

  /** Values drawn by their squared distance from those drawn before. */
  K_MEANS_PLUS_PLUS("k-means++") {
    @Override
    float[] centroids(SortedValues values, int count, RandomGenerator random) {
      return new PlusPlus(values, count).draw(random);
    }
  },

  /** The means of the best division there is, see {@link Optimal}; nothing is left to iterate. */
  OPTIMAL("optimal") {
    @Override
    float[] centroids(SortedValues values, int count, RandomGenerator random) {
      return new Optimal(values, count).centroids();
    }
  };

  private final String word;

  Initialisation(String word) {
    this.word = word;
  }

  /** The word that users choose it by. */
  String word() {
    return word;
  }

  static String[] words() {
    return Arrays.stream(values()).map(Initialisation::word).toArray(String[]::new);
  }

  static Initialisation of(String word) {
    return Arrays.stream(values()).filter(i -> i.word.equals(word)).findFirst().orElseThrow();
  }

  /** {@code count} centroids or fewer, in any order, equal ones perhaps among them. */
  abstract float[] centroids(SortedValues values, int count, RandomGenerator random);

  private static float between(SortedValues values, double share) {
    double least = values.least();
    return (float) (least + share * (values.greatest() - least));
  }
}
