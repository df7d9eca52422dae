package io.espalier.plugins.kmeans;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Lloyd's iteration on sorted numbers: give every number to its nearest centroid, move every
 * centroid to the mean of its numbers, until nothing changes.
 *
 * <p>On a line, the numbers nearest to a centroid are a run of the sorted numbers, and the run ends
 * half way to the next centroid. So an iteration looks for k - 1 ends, each next to where it was
 * before, and takes k means from running sums: O(k log n) at worst, whatever the number of numbers.
 * A number half way between two centroids belongs to the lower one.
 *
 * <p>Centroids are rounded to float in every iteration, so that the result is a fixed point of the
 * values that are stored, not of more precise ones. A centroid that no number is nearest to is
 * given up and the run of largest error is cut in two at its mean. Both moves never raise the sum
 * of squared errors.
 *
 * <p>S. Lloyd: Least Squares Quantization in PCM, IEEE Transactions on Information Theory 28, 1982.
 */
final class Lloyd {
  private final SortedValues values;
  private final int clusters;

  /**
   * @param values to divide
   * @param clusters at least 1
   */
  Lloyd(SortedValues values, int clusters) {
    this.values = values;
    this.clusters = clusters;
  }

  /**
   * Iterates until nothing changes or the iterations are used up. Where there are no more different
   * values than clusters, each is a cluster of its own.
   *
   * @param start first centroids, in any order; missing ones come from cutting runs
   * @param maxIterations at least 1
   */
  Fit fit(float[] start, int maxIterations) {
    float[] distinct = values.distinct(clusters + 1);
    if (distinct.length <= clusters) {
      return new Fit(distinct, distinct, 0, true);
    }
    float[] centroids = start.clone();
    Arrays.sort(centroids);
    int[] bounds = nearest(centroids, new int[centroids.length + 1]);
    for (int iteration = 1; iteration <= maxIterations; iteration++) {
      int[] full = withoutGaps(bounds);
      centroids = means(full);
      bounds = nearest(centroids, full);
      if (Arrays.equals(bounds, full)) {
        return new Fit(centroids, tops(bounds), iteration, true);
      }
    }
    return new Fit(centroids, tops(bounds), maxIterations, false);
  }

  private int[] nearest(float[] centroids, int[] guesses) {
    int[] bounds = new int[centroids.length + 1];
    for (int i = 1; i < centroids.length; i++) {
      double halfWay = ((double) centroids[i - 1] + centroids[i]) / 2;
      bounds[i] = values.firstAbove(halfWay, Math.max(bounds[i - 1], guesses[i]));
    }
    bounds[centroids.length] = values.size();
    return bounds;
  }

  private float[] means(int[] bounds) {
    float[] means = new float[bounds.length - 1];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) values.mean(bounds[i], bounds[i + 1]);
    }
    return means;
  }

  private float[] tops(int[] bounds) {
    float[] tops = new float[bounds.length - 1];
    for (int i = 0; i < tops.length; i++) {
      tops[i] = bounds[i + 1] == 0 ? Float.NEGATIVE_INFINITY : values.value(bounds[i + 1] - 1);
    }
    return tops;
  }

  private record Run(int from, int to, double error) {}

  /** As many runs as there are clusters, none of them empty. */
  private int[] withoutGaps(int[] bounds) {
    int[] starts = Arrays.stream(bounds).distinct().toArray();
    int missing = clusters + 1 - starts.length;
    if (missing == 0) {
      return bounds;
    }
    PriorityQueue<Run> runs =
        new PriorityQueue<>(
            Comparator.comparingDouble(Run::error).reversed().thenComparingInt(Run::from));
    for (int i = 1; i < starts.length; i++) {
      offer(runs, starts[i - 1], starts[i]);
    }
    int[] full = Arrays.copyOf(starts, clusters + 1);
    for (int i = starts.length; i < full.length; i++) {
      Run worst = runs.remove();
      int cut = cut(worst);
      offer(runs, worst.from, cut);
      offer(runs, cut, worst.to);
      full[i] = cut;
    }
    Arrays.sort(full);
    return full;
  }

  private void offer(PriorityQueue<Run> runs, int from, int to) {
    if (values.value(from) != values.value(to - 1)) {
      runs.add(new Run(from, to, values.error(from, to)));
    }
  }

  /** Where a run of several values is cut: after its mean, never between equal values. */
  private int cut(Run run) {
    float top = values.value(run.to - 1);
    double mean = values.mean(run.from, run.to);
    double limit = mean < top ? mean : Math.nextDown((double) top);
    return values.firstAbove(limit, run.from);
  }
}
