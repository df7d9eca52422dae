package io.espalier.plugins.kmeans;

import java.util.Arrays;

/**
 * Numbers in ascending order with the sum, mean and squared error of any run of them in constant
 * time, from running sums. The sums are taken about a middle value, in double precision, so that
 * numbers close to each other but far from zero lose nothing. Each number may have a mass, which
 * its squared error is multiplied by; without, all have a mass of 1.
 */
final class SortedValues {
  private static final double[] ALIKE = {};

  private final float[] values;
  private final double centre;
  private final double[] masses;
  private final double[] sums;
  private final double[] squares;

  /** Sorts a copy of the values; at least one, all finite. */
  SortedValues(float[] unsorted) {
    this(RadixSort.sorted(unsorted), ALIKE);
  }

  /** Takes sorted values, and the running sum of their masses if these are not all alike. */
  private SortedValues(float[] sorted, double[] runningMasses) {
    values = sorted;
    masses = runningMasses;
    centre = values[values.length / 2];
    sums = new double[values.length + 1];
    squares = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      double offset = values[i] - centre;
      double moment = mass(i, i + 1) * offset;
      sums[i + 1] = sums[i] + moment;
      squares[i + 1] = squares[i] + moment * offset;
    }
  }

  /**
   * Sorts a copy of the values by size, their masses with them.
   *
   * @param masses one for each value, 0 or more, not all 0
   */
  static SortedValues weighted(float[] unsorted, float[] masses) {
    long[] keys = new long[unsorted.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToRawIntBits(unsorted[i]);
      keys[i] = (long) (bits ^ (bits >> 31 & Integer.MAX_VALUE)) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    float[] sorted = new float[keys.length];
    double[] running = new double[keys.length + 1];
    for (int i = 0; i < keys.length; i++) {
      int at = (int) keys[i];
      sorted[i] = unsorted[at];
      running[i + 1] = running[i] + masses[at];
    }
    return new SortedValues(sorted, running);
  }

  /** Mass of a run. */
  double mass(int from, int to) {
    return masses.length == 0 ? to - from : masses[to] - masses[from];
  }

  /** The position at which the running mass passes a share of the whole, 0 to below 1. */
  int quantile(double share) {
    if (masses.length == 0) {
      return (int) (share * values.length);
    }
    int at = Arrays.binarySearch(masses, share * masses[values.length]);
    return Math.min(values.length - 1, at >= 0 ? at : -at - 2);
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
    double mass = mass(from, to);
    if (mass == 0) {
      return ((double) values[from] + values[to - 1]) / 2;
    }
    double mean = centre + (sums[to] - sums[from]) / mass;
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
        squares[to] - squares[from] - 2 * offset * linear + mass(from, to) * offset * offset;
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

  /** Where runs of equal values begin, and past the last one. */
  int[] ends() {
    int[] ends = new int[values.length + 1];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (i == 0 || values[i] != values[i - 1]) {
        ends[count++] = i;
      }
    }
    ends[count++] = values.length;
    return Arrays.copyOf(ends, count);
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
