package io.espalier.plugins.kmeans;

import java.util.Arrays;

/**
 * Exact k-means on sorted numbers: of all divisions into k runs, one of least squared error.
 *
 * <p>The best division is found by dynamic programming over the ends of runs [1]. Written out for
 * every number of runs, that takes k tables; a price on each run instead of their number [2, 3]
 * takes one. At a given price the best division of the first j numbers is
 *
 * <pre>{@code f(j) = min over i < j of f(i) + error(i, j) + price}</pre>
 *
 * and because the squared error of a run is a Monge function of its ends, the best i never falls
 * while j rises: a queue of candidates, each with the place from which on it beats the one before,
 * answers all j in one sweep. The least error is convex in the number of runs, so a search over
 * prices meets k. Where whole intervals of numbers of runs share one price, as with evenly spaced
 * numbers, the two divisions around k are spliced at a run of one that lies within a run of the
 * other, which by the same Monge inequality costs nothing.
 *
 * <p>O(n log n) a sweep, some ten sweeps, O(n) memory.
 *
 * <p>[1] H. Wang, M. Song: Ckmeans.1d.dp: Optimal k-means Clustering in One Dimension by Dynamic
 * Programming, The R Journal 3/2, 2011. [2] A. Grønlund, K. G. Larsen, A. Mathiasen, J. S. Nielsen,
 * S. Schneider, M. Song: Fast Exact k-Means, k-Medians and Bregman Divergence Clustering in 1D,
 * arXiv 1701.07204, 2017. [3] A. Aggarwal, B. Schieber, T. Tokuyama: Finding a Minimum-Weight
 * k-Link Path in Graphs with the Concave Monge Property, Discrete and Computational Geometry 12,
 * 1994.
 */
final class Optimal {
  private static final int MOST_SWEEPS = 200;
  private static final double NARROW = 1e-14;

  private final SortedValues values;
  private final int clusters;
  private final int[] ends;
  private final double[] best;
  private final int[] previous;
  private final int[] queue;
  private final int[] from;

  /**
   * @param clusters at least 1
   */
  Optimal(SortedValues values, int clusters) {
    this.values = values;
    this.ends = values.ends();
    this.clusters = Math.min(clusters, ends.length - 1);
    this.best = new double[ends.length];
    this.previous = new int[ends.length];
    this.queue = new int[ends.length];
    this.from = new int[ends.length];
  }

  /** The means of the best division's runs, ascending; fewer if there are fewer values. */
  float[] centroids() {
    int[] bounds = bounds();
    float[] centroids = new float[bounds.length - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = (float) values.mean(ends[bounds[i]], ends[bounds[i + 1]]);
    }
    return centroids;
  }

  /** Where the runs of the best division begin and end, as positions among the different values. */
  private int[] bounds() {
    int[] few = {0, ends.length - 1};
    double total = error(0, ends.length - 1);
    if (clusters == 1 || total == 0) {
      return few;
    }
    int[] many = new int[ends.length];
    Arrays.setAll(many, i -> i);
    double low = 0;
    double high = total;
    double price = total / clusters / clusters / clusters;
    for (int i = 0; i < MOST_SWEEPS && many.length - 1 != clusters; i++) {
      int[] found = sweep(price);
      int count = found.length - 1;
      if (count >= clusters) {
        many = found;
        low = price;
      } else {
        few = found;
        high = price;
      }
      if (high - low <= NARROW * high) {
        break;
      }
      price = next(price, count, low, high, i);
    }
    return many.length - 1 == clusters ? many : splice(few, many);
  }

  /** Error falls with the square of the number of runs, so a run's price with its cube. */
  private double next(double price, int count, double low, double high, int sweep) {
    double guess = price * Math.pow((double) count / clusters, 3);
    boolean inside = guess > low && guess < high;
    return inside && sweep % 3 != 2 ? guess : low == 0 ? high / 1024 : Math.sqrt(low * high);
  }

  private double error(int i, int j) {
    return values.error(ends[i], ends[j]);
  }

  private double cost(int i, int j) {
    return best[i] + error(i, j);
  }

  /** The best division at a price of a run. */
  private int[] sweep(double price) {
    int last = ends.length - 1;
    int head = 0;
    int tail = 0;
    queue[0] = 0;
    from[0] = 1;
    for (int j = 1; j <= last; j++) {
      while (head < tail && from[head + 1] <= j) {
        head++;
      }
      previous[j] = queue[head];
      best[j] = cost(queue[head], j) + price;
      while (tail > head && from[tail] > j && cost(j, from[tail]) < cost(queue[tail], from[tail])) {
        tail--;
      }
      int takesOver = takesOver(queue[tail], j, Math.max(from[tail], j) + 1);
      if (takesOver <= last) {
        tail++;
        queue[tail] = j;
        from[tail] = takesOver;
      }
    }
    return path();
  }

  /** The first place, from a given one on, where a run from {@code j} beats one from {@code i}. */
  private int takesOver(int i, int j, int start) {
    int last = ends.length - 1;
    int low = start;
    int high = start;
    int stride = 1;
    while (high <= last && cost(j, high) >= cost(i, high)) {
      low = high + 1;
      high = high == last ? last + 1 : Math.min(last, high + stride);
      stride *= 2;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cost(j, middle) < cost(i, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private int[] path() {
    int count = 0;
    for (int j = ends.length - 1; j > 0; j = previous[j]) {
      count++;
    }
    int[] path = new int[count + 1];
    for (int j = ends.length - 1; j > 0; j = previous[j]) {
      path[count--] = j;
    }
    return path;
  }

  /** A division into the wanted number of runs, from one into fewer and one into more. */
  private int[] splice(int[] few, int[] many) {
    int ahead = clusters - (few.length - 1);
    int i = 0;
    while (many[i + ahead + 1] > few[i + 1]) {
      i++;
    }
    int[] bounds = Arrays.copyOf(many, clusters + 1);
    System.arraycopy(few, i + 1, bounds, i + ahead + 1, few.length - i - 1);
    return bounds;
  }
}
