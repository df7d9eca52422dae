package io.espalier.core;

import java.nio.FloatBuffer;

/**
 * Counts distinct floats in linear time.
 *
 * <p>The values are dealt into buckets by the upper half of their bits (a counting sort of the
 * lower halves), and in each bucket a bitmap over the lower half tells what was seen before.
 * Memory: two bytes per value and two tables of 65,536 counters. Bit patterns are compared, but the
 * two zeros are one.
 */
public final class UniqueValues {
  private static final int HALVES = 1 << 16;

  private UniqueValues() {}

  /** How many different values there are from the buffer's position on. */
  public static int count(FloatBuffer values) {
    int size = values.remaining();
    int first = values.position();
    int[] ends = new int[HALVES + 1];
    for (int i = 0; i < size; i++) {
      ends[(bits(values.get(first + i)) >>> 16) + 1]++;
    }
    for (int bucket = 0; bucket < HALVES; bucket++) {
      ends[bucket + 1] += ends[bucket];
    }
    char[] lower = new char[size];
    int[] next = ends.clone();
    for (int i = 0; i < size; i++) {
      int bits = bits(values.get(first + i));
      lower[next[bits >>> 16]++] = (char) bits;
    }
    int unique = 0;
    long[] seen = new long[HALVES / Long.SIZE];
    for (int bucket = 0; bucket < HALVES; bucket++) {
      unique += countBucket(lower, ends[bucket], ends[bucket + 1], seen);
    }
    return unique;
  }

  /** Counts distinct entries of a range; leaves the bitmap empty, as it found it. */
  private static int countBucket(char[] lower, int from, int to, long[] seen) {
    int unique = 0;
    for (int i = from; i < to; i++) {
      long bit = 1L << (lower[i] % Long.SIZE);
      if ((seen[lower[i] / Long.SIZE] & bit) == 0) {
        seen[lower[i] / Long.SIZE] |= bit;
        unique++;
      }
    }
    for (int i = from; i < to; i++) {
      seen[lower[i] / Long.SIZE] = 0;
    }
    return unique;
  }

  private static int bits(float value) {
    return value == 0 ? 0 : Float.floatToRawIntBits(value);
  }
}
