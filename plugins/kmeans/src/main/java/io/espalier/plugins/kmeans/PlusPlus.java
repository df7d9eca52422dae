package io.espalier.plugins.kmeans;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * k-means++ on sorted numbers: the first centroid is drawn uniformly from the numbers, each further
 * one with a chance in proportion to the squared distance from the nearest one drawn before.
 *
 * <p>The numbers nearest to a centroid are a run, its cell, whose summed squared distance comes
 * from running sums. A tree over the cells' sums picks a cell, a search in the cell's running sum
 * picks the number, and the new centroid takes what is nearer to it from the cells on both sides:
 * O(log n) a centroid instead of O(n).
 *
 * <p>D. Arthur, S. Vassilvitskii: k-means++: The Advantages of Careful Seeding, SODA 2007.
 */
final class PlusPlus {
  private static final int NONE = -1;

  private final SortedValues values;
  private final float[] centroids;
  private final int[] from;
  private final int[] to;
  private final int[] left;
  private final int[] right;
  private final int leaves;
  private final double[] tree;
  private int count;

  PlusPlus(SortedValues values, int count) {
    this.values = values;
    this.centroids = new float[count];
    this.from = new int[count];
    this.to = new int[count];
    this.left = new int[count];
    this.right = new int[count];
    this.leaves = Math.max(1, Integer.highestOneBit(2 * count - 1));
    this.tree = new double[2 * leaves];
  }

  /** The centroids in the order in which they were drawn; fewer if there are no more values. */
  float[] draw(RandomGenerator random) {
    add(values.quantile(random.nextDouble()), NONE, NONE);
    while (count < centroids.length && tree[1] > 0) {
      double ticket = random.nextDouble() * tree[1];
      int cell = 1;
      while (cell < leaves) {
        cell *= 2;
        if (ticket >= tree[cell] && tree[cell + 1] > 0) {
          ticket -= tree[cell];
          cell++;
        }
      }
      split(cell - leaves, ticket);
    }
    return Arrays.copyOf(centroids, count);
  }

  private void split(int cell, double ticket) {
    int position = position(cell, ticket);
    if (values.value(position) > centroids[cell]) {
      add(position, cell, right[cell]);
    } else {
      add(position, left[cell], cell);
    }
  }

  /** The number at which a cell's running sum of squared distances passes the ticket. */
  private int position(int cell, double ticket) {
    int low = from[cell];
    int high = to[cell] - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values.error(from[cell], middle + 1, centroids[cell]) > ticket) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Puts a centroid between two others, or at an end of the line where there is none. */
  private void add(int position, int before, int after) {
    int added = count++;
    centroids[added] = values.value(position);
    left[added] = before;
    right[added] = after;
    from[added] = 0;
    to[added] = values.size();
    if (before != NONE) {
      right[before] = added;
      to[before] = from[added] = border(before, added, position);
      weigh(before);
    }
    if (after != NONE) {
      left[after] = added;
      from[after] = to[added] = border(added, after, position);
      weigh(after);
    }
    weigh(added);
  }

  private int border(int lower, int upper, int guess) {
    return values.firstAbove(((double) centroids[lower] + centroids[upper]) / 2, guess);
  }

  private void weigh(int cell) {
    int node = leaves + cell;
    tree[node] = values.error(from[cell], to[cell], centroids[cell]);
    for (node /= 2; node >= 1; node /= 2) {
      tree[node] = tree[2 * node] + tree[2 * node + 1];
    }
  }
}
