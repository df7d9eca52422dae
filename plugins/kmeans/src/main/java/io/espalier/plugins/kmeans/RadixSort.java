package io.espalier.plugins.kmeans;

/**
 * Sorts floats in three passes over eleven bits each: several times faster than a comparison sort
 * on millions of weights. Floats become whole numbers of the same unsigned order by flipping the
 * sign bit, or all bits of negative ones.
 */
final class RadixSort {
  private static final int BITS = 11;
  private static final int DIGITS = 1 << BITS;
  private static final int PASSES = 3;

  private RadixSort() {}

  /** The values in ascending order, the negative zero before the positive; no NaN. */
  static float[] sorted(float[] values) {
    int[] keys = new int[values.length];
    int[][] counts = new int[PASSES][DIGITS];
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int key = bits ^ (bits >> 31 | Integer.MIN_VALUE);
      keys[i] = key;
      for (int pass = 0; pass < PASSES; pass++) {
        counts[pass][digit(key, pass)]++;
      }
    }
    int[] other = new int[values.length];
    for (int pass = 0; pass < PASSES; pass++) {
      distribute(keys, other, starts(counts[pass]), pass);
      int[] swap = keys;
      keys = other;
      other = swap;
    }
    float[] sorted = new float[values.length];
    for (int i = 0; i < sorted.length; i++) {
      int key = keys[i];
      sorted[i] = Float.intBitsToFloat(key ^ (~key >> 31 | Integer.MIN_VALUE));
    }
    return sorted;
  }

  private static int digit(int key, int pass) {
    return key >>> pass * BITS & DIGITS - 1;
  }

  private static int[] starts(int[] counts) {
    int[] starts = new int[DIGITS];
    for (int i = 1; i < DIGITS; i++) {
      starts[i] = starts[i - 1] + counts[i - 1];
    }
    return starts;
  }

  private static void distribute(int[] from, int[] to, int[] next, int pass) {
    for (int key : from) {
      to[next[digit(key, pass)]++] = key;
    }
  }
}
