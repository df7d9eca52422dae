package io.espalier.bench.compression;

import io.espalier.bench.Comparison;
import io.espalier.bench.Quantity;
import io.espalier.plugins.kmeans.OneDimension;
import java.util.SplittableRandom;

/**
 * k-means of four million normal weights into 60 clusters, to convergence, against scikit-learn's
 * Lloyd. The row fails if Espalier's objective is worse, or the exact division's worse than that.
 */
final class KMeans {
  private static final int WEIGHTS = 4_000_000;
  private static final int CLUSTERS = 60;
  private static final int ROUNDS = 3;
  private static final double ROUNDING = 1 + 1e-9;

  private KMeans() {}

  static Comparison compare() {
    float[] weights = new float[WEIGHTS];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }
    char[] indices = new char[WEIGHTS];
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    OneDimension.fit(weights, CLUSTERS, false, ROUNDS, indices);
    double optimal = OneDimension.fit(weights, CLUSTERS, true, 0, indices);
    try (ScikitLearn peer = new ScikitLearn(weights, CLUSTERS)) {
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        double objective = OneDimension.fit(weights, CLUSTERS, false, round, indices);
        ours[round] = (System.nanoTime() - began) / 1e9;
        ScikitLearn.Fit fit = peer.fit(round);
        theirs[round] = fit.seconds();
        requireNoWorse("k-means", objective, "scikit-learn", fit.objective());
        requireNoWorse("the exact division", optimal, "k-means", objective);
        System.err.printf(
            "kmeans: objective %.6f, exact %.6f, scikit-learn %.6f after %d iterations%n",
            objective, optimal, fit.objective(), fit.iterations());
      }
    }
    return Comparison.of("kmeans", Quantity.COST, "s", ours, theirs);
  }

  private static void requireNoWorse(String one, double its, String other, double others) {
    if (its > others * ROUNDING) {
      throw new IllegalStateException(
          "%s has objective %s, worse than %s of %s".formatted(one, its, others, other));
    }
  }
}
