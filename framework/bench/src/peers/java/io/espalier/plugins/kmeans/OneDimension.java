package io.espalier.plugins.kmeans;

import java.util.SplittableRandom;

/** The clusterer's fit of plain floats, for benchmarks: sorting, seeding, iterating, assigning. */
public final class OneDimension {
  private static final int ENOUGH = 20_000;

  private OneDimension() {}

  /**
   * Clusters values to convergence.
   *
   * @param optimal whether by the exact division, not from k-means++ seeds
   * @param indices gets the cluster of each value
   * @return the sum of squared distances from the centroids
   */
  public static double fit(
      float[] values, int clusters, boolean optimal, long seed, char[] indices) {
    SortedValues sorted = new SortedValues(values);
    Initialisation start = optimal ? Initialisation.OPTIMAL : Initialisation.K_MEANS_PLUS_PLUS;
    Fit fit =
        new Lloyd(sorted, clusters)
            .fit(start.centroids(sorted, clusters, new SplittableRandom(seed)), ENOUGH);
    if (!fit.converged()) {
      throw new IllegalStateException("not converged after " + fit.iterations() + " iterations");
    }
    double objective = 0;
    for (int i = 0; i < values.length; i++) {
      indices[i] = (char) fit.cluster(values[i]);
      double distance = (double) values[i] - fit.centroids()[indices[i]];
      objective += distance * distance;
    }
    return objective;
  }
}
