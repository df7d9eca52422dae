package io.espalier.core;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The lowest of some scores, found in linear time on all cores.
 *
 * <p>Scores become whole numbers of the same order (a sign-magnitude float turns into a two's
 * complement integer), and a radix selection over three digits of them finds the score at the
 * wanted rank: each pass counts one digit among the scores that agree in all higher ones, so three
 * passes and a table of 2048 counters for each part suffice, whatever the scores are. A last pass
 * keeps all above that score and, of those equal to it, drops as many of the first as are still
 * wanted; how many fall into which part is known from the parts before it. Besides the scores it
 * takes a bit for each of them.
 */
final class Ranking {
  static final int[] SHIFTS = {21, 10, 0};
  static final int[] WIDTHS = {11, 11, 10};

  /** Below so many scores a part of its own is not worth a thread. */
  private static final int LEAST = 1 << 15;

  private final float[] scores;
  private final int parts;
  private final int step;

  private Ranking(float[] scores) {
    this.scores = scores;
    int most = 4 * Runtime.getRuntime().availableProcessors();
    int wanted = Math.max(1, Math.min(most, scores.length / LEAST));
    int words = (scores.length + Long.SIZE - 1) / Long.SIZE;
    this.step = Math.max(1, (words + wanted - 1) / wanted) * Long.SIZE;
    this.parts = Math.max(1, (scores.length + step - 1) / step);
  }

  /** Which of some scores are kept when a number of the lowest goes, of equal ones the first. */
  static BitSet keeping(float[] scores, int drop) {
    if (drop == 0) {
      BitSet all = new BitSet(scores.length);
      all.set(0, scores.length);
      return all;
    }
    return new Ranking(scores).keeping(drop);
  }

  /** How many scores have each digit, among those that agree with a prefix in higher ones. */
  static int[] count(float[] scores, int prefix, int higherDigits, int shift, int width) {
    return new Ranking(scores).count(prefix, higherDigits, shift, width);
  }

  /** Position of the first score that is no number; -1 if all are. */
  static int firstNaN(float[] scores) {
    Ranking ranking = new Ranking(scores);
    return ranking
        .inParts(part -> ranking.firstNaN(part))
        .filter(at -> at >= 0)
        .findFirst()
        .orElse(-1);
  }

  private interface Part {
    int of(int part);
  }

  private IntStream inParts(Part work) {
    IntStream all = IntStream.range(0, parts);
    return IntStream.of((parts > 1 ? all.parallel() : all).map(work::of).toArray());
  }

  private int from(int part) {
    return part * step;
  }

  private int to(int part) {
    return Math.min(scores.length, from(part) + step);
  }

  private int firstNaN(int part) {
    for (int i = from(part); i < to(part); i++) {
      if (Float.isNaN(scores[i])) {
        return i;
      }
    }
    return -1;
  }

  private BitSet keeping(int drop) {
    int threshold = 0;
    int ties = drop;
    int higherDigits = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      int[] counts = count(threshold, higherDigits, SHIFTS[pass], WIDTHS[pass]);
      int digit = 0;
      while (counts[digit] < ties) {
        ties -= counts[digit++];
      }
      threshold |= digit << SHIFTS[pass];
      higherDigits |= counts.length - 1 << SHIFTS[pass];
    }
    return mask(threshold, ties);
  }

  private int[] count(int prefix, int higherDigits, int shift, int width) {
    int[][] byPart = new int[parts][];
    inParts(
        part -> {
          byPart[part] = count(part, prefix, higherDigits, shift, width);
          return 0;
        });
    int[] sum = byPart[0];
    for (int part = 1; part < parts; part++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += byPart[part][i];
      }
    }
    return sum;
  }

  private int[] count(int part, int prefix, int higherDigits, int shift, int width) {
    int[] counts = new int[1 << width];
    int last = counts.length - 1;
    int end = to(part);
    if (higherDigits == 0) {
      for (int i = from(part); i < end; i++) {
        counts[key(scores[i]) >>> shift & last]++;
      }
      return counts;
    }
    for (int i = from(part); i < end; i++) {
      int key = key(scores[i]);
      if ((key & higherDigits) == prefix) {
        counts[key >>> shift & last]++;
      }
    }
    return counts;
  }

  private BitSet mask(int threshold, int ties) {
    long[] words = new long[(scores.length + Long.SIZE - 1) / Long.SIZE];
    int[] equal = inParts(part -> keepNotBelow(part, threshold, words)).toArray();
    int[] dropped = new int[parts];
    int left = ties;
    for (int part = 0; part < parts; part++) {
      dropped[part] = Math.min(left, equal[part]);
      left -= dropped[part];
    }
    inParts(part -> dropEqual(part, threshold, dropped[part], words));
    return BitSet.valueOf(words);
  }

  /** Keeps what is not below the threshold; counts what equals it. */
  private int keepNotBelow(int part, int threshold, long[] words) {
    int bound = threshold ^ Integer.MIN_VALUE;
    int equal = 0;
    int end = to(part);
    for (int first = from(part); first < end; first += Long.SIZE) {
      long word = 0;
      int last = Math.min(end, first + Long.SIZE);
      for (int i = first; i < last; i++) {
        int signed = key(scores[i]) ^ Integer.MIN_VALUE;
        word |= (signed >= bound ? 1L : 0L) << i;
        equal += signed == bound ? 1 : 0;
      }
      words[first / Long.SIZE] = word;
    }
    return equal;
  }

  private int dropEqual(int part, int threshold, int count, long[] words) {
    int left = count;
    for (int i = from(part); left > 0; i++) {
      if (key(scores[i]) == threshold) {
        words[i / Long.SIZE] &= ~(1L << i);
        left--;
      }
    }
    return 0;
  }

  /** A number whose unsigned order is the score's order; the two zeros get the same. */
  static int key(float score) {
    int bits = Float.floatToRawIntBits(score + 0.0f);
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }
}
