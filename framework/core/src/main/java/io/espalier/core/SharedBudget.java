package io.espalier.core;

import java.util.Arrays;
import java.util.List;

/**
 * Shares a number of zeros among pools, each with a fewest and a most.
 *
 * <p>By score: the zeros are the lowest scores of all pools together, as far as each pool's bounds
 * allow. As many of a pool go as lie below a threshold, brought within its bounds; since that grows
 * with the threshold, the threshold is found digit by digit from counts of each pool's scores, as
 * {@link Ranking} finds one. Of scores equal to the threshold, earlier pools give first.
 */
final class SharedBudget {
  private static final int[] SHIFTS = {21, 10, 0};
  private static final int[] WIDTHS = {11, 11, 10};

  private SharedBudget() {}

  /**
   * Zeros of each pool.
   *
   * @param zeros in all; brought within what the bounds allow together
   * @param fewest by pool
   * @param most by pool
   */
  static int[] byScore(List<float[]> scores, long zeros, int[] fewest, int[] most) {
    long wanted =
        Math.max(
            Arrays.stream(fewest).asLongStream().sum(),
            Math.min(Arrays.stream(most).asLongStream().sum(), zeros));
    int pools = scores.size();
    int[] below = new int[pools];
    int threshold = 0;
    int higher = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      int shift = SHIFTS[pass];
      int width = WIDTHS[pass];
      int[][] counts = new int[pools][];
      for (int p = 0; p < pools; p++) {
        counts[p] = Ranking.count(scores.get(p), threshold, higher, shift, width);
      }
      int digit = 0;
      int last = (1 << width) - 1;
      while (digit < last && total(below, counts, digit, fewest, most) < wanted) {
        for (int p = 0; p < pools; p++) {
          below[p] += counts[p][digit];
        }
        digit++;
      }
      threshold |= digit << shift;
      higher |= last << shift;
    }
    int[] shares = new int[pools];
    long given = 0;
    for (int p = 0; p < pools; p++) {
      shares[p] = within(below[p], fewest[p], most[p]);
      given += shares[p];
    }
    for (int p = 0; p < pools && given < wanted; p++) {
      int room = most[p] - shares[p];
      int more = (int) Math.min(room, wanted - given);
      int ties = ties(scores.get(p), threshold) + below[p] - shares[p];
      int taken = Math.max(0, Math.min(more, ties));
      shares[p] += taken;
      given += taken;
    }
    return shares;
  }

  private static long total(int[] below, int[][] counts, int digit, int[] fewest, int[] most) {
    long total = 0;
    for (int p = 0; p < below.length; p++) {
      total += within(below[p] + counts[p][digit], fewest[p], most[p]);
    }
    return total;
  }

  private static int ties(float[] scores, int threshold) {
    int ties = 0;
    for (float score : scores) {
      ties += Ranking.key(score) == threshold ? 1 : 0;
    }
    return ties;
  }

  private static int within(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }

  /**
   * Zeros of each pool when what stays is in proportion to given densities.
   *
   * @param sizes by pool
   * @param densities by pool, in any unit, above 0
   * @param zeros in all; brought within what the bounds allow together
   */
  static int[] byDensity(int[] sizes, double[] densities, long zeros, int[] fewest, int[] most) {
    double low = 0;
    double high = 1;
    while (stays(sizes, densities, high, fewest, most) < size(sizes) - zeros && high < 1e18) {
      high *= 2;
    }
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      if (stays(sizes, densities, middle, fewest, most) < size(sizes) - zeros) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int[] shares = new int[sizes.length];
    long given = 0;
    for (int p = 0; p < sizes.length; p++) {
      shares[p] = zeros(sizes[p], densities[p], high, fewest[p], most[p]);
      given += shares[p];
    }
    for (int p = sizes.length - 1; p >= 0 && given < zeros; p--) {
      int more = (int) Math.min(most[p] - shares[p], zeros - given);
      shares[p] += more;
      given += more;
    }
    return shares;
  }

  private static long size(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().sum();
  }

  private static long stays(
      int[] sizes, double[] densities, double scale, int[] fewest, int[] most) {
    long stays = 0;
    for (int p = 0; p < sizes.length; p++) {
      stays += sizes[p] - zeros(sizes[p], densities[p], scale, fewest[p], most[p]);
    }
    return stays;
  }

  private static int zeros(int size, double density, double scale, int fewest, int most) {
    double kept = Math.min(size, size * density * scale);
    return within(size - (int) Math.rint(kept), fewest, most);
  }
}
