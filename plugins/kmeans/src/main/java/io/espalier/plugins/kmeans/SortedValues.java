package io.espalier.plugins.kmeans;

import java.util.Arrays;

/**
 * Numbers in ascending order with the sum, mean and squared error of any run of them in constant
 * time, from running sums. The sums are taken about a middle value, in double precision, so that
 * numbers close to each other but far from zero lose nothing.
 */
final class SortedValues {
  private final float[] values;
  private final double centre;
  private final double[] sums;
  private final double[] squares;

  /** Sorts a copy of the values; at least one, all finite. */
  SortedValues(float[] unsorted) {
    values = RadixSort.sorted(unsorted);
    centre = values[values.length / 2];
    sums = new double[values.length + 1];
    squares = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      double offset = values[i] - centre;
      sums[i + 1] = sums[i] + offset;
      squares[i + 1] = squares[i] + offset * offset;
    }
  }

  int size() {
    return values.length;
  }

  float value(int position) {
    return values[position];
  }

  float least() {
    return values[0];
  }

  float greatest() {
    return values[values.length - 1];
  }

  /** Mean of the run {@code from} to below {@code to}, never outside of its values. */
  double mean(int from, int to) {
    double mean = centre + (sums[to] - sums[from]) / (to - from);
    return Math.min(values[to - 1], Math.max(values[from], mean));
  }

  /** Squared distances of a run from its own mean, summed. */
  double error(int from, int to) {
    return error(from, to, mean(from, to));
  }

  /** Squared distances of a run from a point, summed. */
  double error(int from, int to, double point) {
    double offset = point - centre;
    double linear = sums[to] - sums[from];
    double error =
        squares[to] - squares[from] - 2 * offset * linear + (to - from) * offset * offset;
    return Math.max(0, error);
  }

  /**
   * First position of a value above a limit; {@link #size} if there is none. Searches outwards from
   * a guess, so that a good guess costs next to nothing.
   */
  int firstAbove(double limit, int guess) {
    int low = guess;
    int high = guess;
    int stride = 1;
    while (low > 0 && values[low - 1] > limit) {
      high = low - 1;
      low = Math.max(0, low - stride);
      stride *= 2;
    }
    stride = 1;
    while (high < values.length && values[high] <= limit) {
      low = high + 1;
      high = Math.min(values.length, high + stride);
      stride *= 2;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] > limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The different values in ascending order, but no more than a number of them. */
  float[] distinct(int most) {
    float[] found = new float[Math.min(most, values.length)];
    int count = 0;
    for (int i = 0; i < values.length && count < found.length; i++) {
      if (i == 0 || values[i] != values[i - 1]) {
        found[count++] = values[i];
      }
    }
    return Arrays.copyOf(found, count);
  }
}
