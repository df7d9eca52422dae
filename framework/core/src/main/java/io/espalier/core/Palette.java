package io.espalier.core;

import java.util.Arrays;
import java.util.Optional;

/**
 * The different values of a run of elements, as bit patterns in ascending order, with the position
 * of each at hand: a table of open addresses over the patterns.
 */
final class Palette {
  /** The most values that are looked for: more are hardly ever shared. */
  static final int MOST = 1 << 12;

  /** 2^32 over the golden ratio: spreads patterns that differ in few bits (Knuth). */
  private static final int SPREAD = 0x9e3779b9;

  private final int[] values;
  private final int[] keys;
  private final int[] positions;
  private final int shift;

  private Palette(int[] sorted) {
    values = sorted;
    int bits = 2 + Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, sorted.length));
    shift = Integer.SIZE - bits;
    keys = new int[1 << bits];
    positions = new int[1 << bits];
    Arrays.fill(positions, -1);
    for (int i = 0; i < sorted.length; i++) {
      int at = slot(sorted[i]);
      keys[at] = sorted[i];
      positions[at] = i;
    }
  }

  private int slot(int value) {
    int at = value * SPREAD >>> shift;
    while (positions[at] >= 0 && keys[at] != value) {
      at = at + 1 & keys.length - 1;
    }
    return at;
  }

  /**
   * The palette of some elements.
   *
   * @param most the most values, at most {@link #MOST}
   * @return nothing if there are more
   */
  static Optional<Palette> of(int[] elements, int count, int most) {
    int bits = 3 + Integer.SIZE - Integer.numberOfLeadingZeros(most);
    int[] keys = new int[1 << bits];
    boolean[] taken = new boolean[1 << bits];
    int[] found = new int[most];
    int size = 0;
    for (int i = 0; i < count; i++) {
      int value = elements[i];
      int at = value * SPREAD >>> Integer.SIZE - bits;
      while (taken[at] && keys[at] != value) {
        at = at + 1 & keys.length - 1;
      }
      if (!taken[at]) {
        if (size == most) {
          return Optional.empty();
        }
        taken[at] = true;
        keys[at] = value;
        found[size++] = value;
      }
    }
    return Optional.of(ofValues(Arrays.copyOf(found, size)));
  }

  /** The palette of values in any order, each there once. */
  static Palette ofValues(int... values) {
    int[] sorted = new int[values.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values[i] ^ Integer.MIN_VALUE;
    }
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] ^= Integer.MIN_VALUE;
    }
    return new Palette(sorted);
  }

  int size() {
    return values.length;
  }

  int value(int position) {
    return values[position];
  }

  /** Position of a value that is there. */
  int position(int value) {
    return positions[slot(value)];
  }
}
