package io.espalier.plugins.kmeans;

/**
 * A division of sorted values into clusters.
 *
 * @param centroids ascending
 * @param tops greatest value of each cluster, ascending; an empty cluster has that of the one below
 *     it, or negative infinity
 * @param iterations done to get here
 * @param converged whether a further iteration would change nothing
 */
record Fit(float[] centroids, float[] tops, int iterations, boolean converged) {
  /** The cluster of one of the values that were divided. */
  int cluster(float value) {
    int first = 0;
    int count = tops.length;
    while (count > 1) {
      int half = count >>> 1;
      first = tops[first + half - 1] < value ? first + half : first;
      count -= half;
    }
    return first;
  }

  /** Number of centroids below a value. */
  int below(float value) {
    int count = 0;
    while (count < centroids.length && centroids[count] < value) {
      count++;
    }
    return count;
  }
}
