package io.espalier.core;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The lowest of some scores, found in linear time on all cores.
 *
 * <p>Scores become whole numbers of the same order (a sign-magnitude float turns into a two's
 * complement integer), and a radix selection over two digits of them finds the score at the wanted
 * rank. A pass counts the higher halves, which of a float are sign, exponent and seven bits. As a
 * rule few scores share the half at the rank: the next pass keeps all above it and notes where
 * those few are, and they alone are ranked by their lower halves. Where they are many, a pass
 * counts their lower halves, and a last one keeps what is above; of those equal to the score at the
 * rank, as many of the first go as are still wanted. How many fall into which part is known from
 * the counts. Passes over all scores decide nothing by a jump that a processor could not foresee.
 * Besides the scores it takes a bit for each of them, and tables of some 3 % of them where they are
 * many.
 */
final class Ranking {
  private static final int DIGIT = 16;

  /** A table of so many bits makes parts of 32,768 scores. */
  private static final int NARROW = 10;

  /** Scores of a part for each counter of its table: tables are small beside the scores. */
  private static final int PER_COUNTER = 32;

  /** Where one of so many scores shares the half at the rank, they are few. */
  private static final int FEW = 256;

  private final float[] scores;
  private final int parts;
  private final int step;
  private final int[][] tables;

  private Ranking(float[] scores, int width) {
    this.scores = scores;
    int most = 4 * Runtime.getRuntime().availableProcessors();
    int wanted = Math.max(1, Math.min(most, scores.length / (PER_COUNTER << width)));
    int words = (scores.length + Long.SIZE - 1) / Long.SIZE;
    this.step = Math.max(1, (words + wanted - 1) / wanted) * Long.SIZE;
    this.parts = Math.max(1, (scores.length + step - 1) / step);
    this.tables = new int[parts][1 << width];
  }

  /**
   * Which of some scores are kept when a number of the lowest goes, of equal ones the first: a bit
   * for each, the first in the lowest of the first word.
   */
  static long[] keeping(float[] scores, int drop) {
    return drop == 0 ? all(scores.length) : new Ranking(scores, DIGIT).keeping(drop);
  }

  /** As many bits that are set. */
  static long[] all(int size) {
    long[] words = new long[(size + Long.SIZE - 1) / Long.SIZE];
    Arrays.fill(words, -1L);
    if (size % Long.SIZE != 0) {
      words[words.length - 1] >>>= -size;
    }
    return words;
  }

  /** How many scores have each digit, among those that agree with a prefix in higher ones. */
  static int[] count(float[] scores, int prefix, int higherDigits, int shift, int width) {
    return new Ranking(scores, width).count(prefix, higherDigits, shift);
  }

  /** Position of the first score that is no number; -1 if all are. */
  static int firstNaN(float[] scores) {
    Ranking ranking = new Ranking(scores, NARROW);
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

  private long[] keeping(int drop) {
    int[] counts = count(0, 0, DIGIT);
    int digit = 0;
    int ties = drop;
    while (counts[digit] < ties) {
      ties -= counts[digit++];
    }
    int first = digit << DIGIT;
    if (counts[digit] <= scores.length / FEW) {
      return keepAmongFew(first, ties, shares(digit));
    }
    counts = count(first, counts.length - 1 << DIGIT, 0);
    digit = 0;
    while (counts[digit] < ties) {
      ties -= counts[digit++];
    }
    return keep(first | digit, ties, shares(digit));
  }

  /** How many scores of each part have a digit, after they were counted and added up. */
  private int[] shares(int digit) {
    int[] own = new int[parts];
    own[0] = tables[0][digit];
    for (int part = 1; part < parts; part++) {
      own[part] = tables[part][digit];
      own[0] -= own[part];
    }
    return own;
  }

  private int[] count(int prefix, int higherDigits, int shift) {
    inParts(part -> count(part, prefix, higherDigits, shift));
    int[] sum = tables[0];
    for (int part = 1; part < parts; part++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += tables[part][i];
      }
    }
    return sum;
  }

  private int count(int part, int prefix, int higherDigits, int shift) {
    int[] counts = tables[part];
    Arrays.fill(counts, 0);
    int last = counts.length - 1;
    int end = to(part);
    if (higherDigits == 0) {
      for (int i = from(part); i < end; i++) {
        counts[key(scores[i]) >>> shift & last]++;
      }
      return 0;
    }
    for (int i = from(part); i < end; i++) {
      int key = key(scores[i]);
      if ((key & higherDigits) == prefix) {
        counts[key >>> shift & last]++;
      }
    }
    return 0;
  }

  /**
   * Keeps what is above some scores, and of these what ranks above the wanted.
   *
   * @param first the least that those scores can be
   * @param ties how many of them go
   * @param few how many of them each part has
   */
  private long[] keepAmongFew(int first, int ties, int[] few) {
    long[] words = new long[(scores.length + Long.SIZE - 1) / Long.SIZE];
    int[] starts = new int[parts + 1];
    for (int part = 0; part < parts; part++) {
      starts[part + 1] = starts[part] + few[part];
    }
    int[] places = new int[starts[parts]];
    inParts(part -> keepFrom(part, first, words, places, starts[part]));
    int[] counts = tables[0];
    Arrays.fill(counts, 0);
    int last = counts.length - 1;
    for (int place : places) {
      counts[key(scores[place]) & last]++;
    }
    int digit = 0;
    int left = ties;
    while (counts[digit] < left) {
      left -= counts[digit++];
    }
    for (int place : places) {
      int own = key(scores[place]) & last;
      if (own < digit || own == digit && left-- > 0) {
        words[place / Long.SIZE] &= ~(1L << place);
      }
    }
    return words;
  }

  /** Keeps what is not below some scores, and notes where these are. */
  private int keepFrom(int part, int first, long[] words, int[] places, int start) {
    int digit = first >>> DIGIT;
    int at = start;
    int end = to(part);
    for (int from = from(part); from < end; from += Long.SIZE) {
      long below = 0;
      int last = Math.min(end, from + Long.SIZE);
      for (int i = from; i < last; i++) {
        int own = key(scores[i]) >>> DIGIT;
        below |= (long) (own - digit >>> Integer.SIZE - 1) << i;
        if (own == digit) {
          places[at++] = i;
        }
      }
      words[from / Long.SIZE] = ~below & -1L >>> from - last;
    }
    return 0;
  }

  private long[] keep(int threshold, int ties, int[] equal) {
    long[] words = new long[(scores.length + Long.SIZE - 1) / Long.SIZE];
    inParts(part -> keepNotBelow(part, threshold, words));
    int left = ties;
    int[] dropped = new int[parts];
    for (int part = 0; part < parts; part++) {
      dropped[part] = Math.min(left, equal[part]);
      left -= dropped[part];
    }
    inParts(part -> dropEqual(part, threshold, dropped[part], words));
    return words;
  }

  private int keepNotBelow(int part, int threshold, long[] words) {
    long bound = threshold ^ Integer.MIN_VALUE;
    int end = to(part);
    for (int from = from(part); from < end; from += Long.SIZE) {
      long below = 0;
      int last = Math.min(end, from + Long.SIZE);
      for (int i = from; i < last; i++) {
        long signed = key(scores[i]) ^ Integer.MIN_VALUE;
        below |= (signed - bound >>> Long.SIZE - 1) << i;
      }
      words[from / Long.SIZE] = ~below & -1L >>> from - last;
    }
    return 0;
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
    int bits = Float.floatToRawIntBits(score);
    int sign = bits >> Integer.SIZE - 1;
    return (bits ^ sign & Integer.MAX_VALUE) - sign ^ Integer.MIN_VALUE;
  }
}
