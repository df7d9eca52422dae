package io.espalier.core;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Entropy coding of symbols of one byte each by range asymmetric numeral systems [1] with a table
 * of frequencies in front: within a small fraction of a percent of the order-0 entropy, and the
 * table.
 *
 * <p>Two states take turns, even symbols one and odd symbols the other, so that a processor has two
 * chains of arithmetic to work on. A state lies in 2^16 to below 2^32 and sheds words of 16 bits;
 * frequencies add up to 2^14. Symbols are coded from the last to the first, so that a reader gets
 * the first one first. A reader ends with both states where the writer began, which tells damage.
 *
 * <p>[1] J. Duda: Asymmetric Numeral Systems: Entropy Coding Combining Speed of Huffman Coding with
 * Compression Rate of Arithmetic Coding, arXiv 1311.2540, 2013.
 */
final class Rans {
  private static final int SYMBOLS = 256;
  private static final int SCALE = 14;
  private static final int TOTAL = 1 << SCALE;
  private static final long LEAST = 1L << 16;

  /** Bits of an inverse: its product with a state still fits. */
  private static final int INVERSE = 45;

  /** Room for two states and a number of words. */
  private static final int HEAD = 16;

  private final int[] frequencies;
  private final int[] starts = new int[SYMBOLS];

  private Rans(int[] frequencies) {
    this.frequencies = frequencies;
    for (int s = 1; s < SYMBOLS; s++) {
      starts[s] = starts[s - 1] + frequencies[s - 1];
    }
  }

  /** How often each symbol occurs. */
  static int[] counts(byte[] symbols, int count) {
    int[] counts = new int[SYMBOLS];
    for (int i = 0; i < count; i++) {
      counts[symbols[i] & 0xff]++;
    }
    return counts;
  }

  /** The least number of bits that symbols of these counts take, each coded on its own. */
  static double entropy(int[] counts) {
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits += count * (Math.log((double) total / count) / Math.log(2));
      }
    }
    return bits;
  }

  /** Writes the table, the states, the number of words and the words of some symbols. */
  static void encode(byte[] symbols, int count, Bytes out) {
    if (count > 0) {
      Rans model = new Rans(normalised(counts(symbols, count), count));
      model.writeTable(out);
      model.writeSymbols(symbols, count, out);
    }
  }

  /** Reads as many symbols as were written. */
  static byte[] decode(ByteBuffer in, int count) {
    byte[] symbols = new byte[count];
    if (count > 0) {
      readTable(in).readSymbols(in, symbols);
    }
    return symbols;
  }

  /** Frequencies that add up to {@link #TOTAL}, each symbol that occurs with at least one. */
  private static int[] normalised(int[] counts, int count) {
    int[] scaled = new int[SYMBOLS];
    int left = TOTAL;
    for (int s = 0; s < SYMBOLS; s++) {
      if (counts[s] > 0) {
        scaled[s] = (int) Math.max(1, Math.rint((double) counts[s] / count * TOTAL));
        left -= scaled[s];
      }
    }
    while (left != 0) {
      int most = 0;
      for (int s = 1; s < SYMBOLS; s++) {
        most = scaled[s] > scaled[most] ? s : most;
      }
      int step = left > 0 ? left : -1;
      scaled[most] += step;
      left -= step;
    }
    return scaled;
  }

  /** Frequencies as varints up to the last symbol that occurs; a 0 is followed by further ones. */
  private void writeTable(Bytes out) {
    int end = SYMBOLS;
    while (frequencies[end - 1] == 0) {
      end--;
    }
    out.varint(end);
    for (int s = 0; s < end; s++) {
      out.varint(frequencies[s]);
      if (frequencies[s] == 0) {
        int first = s;
        while (frequencies[s + 1] == 0) {
          s++;
        }
        out.varint(s - first);
      }
    }
  }

  private static Rans readTable(ByteBuffer in) {
    int[] frequencies = new int[SYMBOLS];
    int end = Bytes.varint(in, SYMBOLS, "number of symbols");
    int total = 0;
    for (int s = 0; s < end; s++) {
      frequencies[s] = Bytes.varint(in, TOTAL, "frequency of a symbol");
      total += frequencies[s];
      if (frequencies[s] == 0) {
        s += Bytes.varint(in, end - s, "run of symbols that do not occur");
      }
    }
    if (total != TOTAL) {
      throw new Place("table of frequencies")
          .broken("adds up to %d, not %d".formatted(total, TOTAL));
    }
    return new Rans(frequencies);
  }

  /**
   * Words are put down from the last to the first, behind the place where states and number go. A
   * quotient by a rounded inverse is exact or one too large.
   */
  private void writeSymbols(byte[] symbols, int count, Bytes out) {
    long[] inverses = new long[SYMBOLS];
    long[] limits = new long[SYMBOLS];
    for (int s = 0; s < SYMBOLS; s++) {
      inverses[s] = (1L << INVERSE) / Math.max(1, frequencies[s]) + 1;
      limits[s] = (LEAST << Character.SIZE >> SCALE) * frequencies[s] - 1;
    }
    out.reserve(HEAD + Character.BYTES * count);
    byte[] bytes = out.array();
    int end = out.size() + HEAD + Character.BYTES * count;
    int at = end;
    long own = LEAST;
    long other = LEAST;
    for (int i = count - 1; i >= 0; i--) {
      int s = symbols[i] & 0xff;
      Bytes.WORDS.set(bytes, at - Character.BYTES, (short) own);
      int sheds = (int) (limits[s] - own >>> Long.SIZE - 1);
      at -= sheds * Character.BYTES;
      own >>>= sheds * Character.SIZE;
      long frequency = frequencies[s];
      long quotient = own * inverses[s] >>> INVERSE;
      long rest = own - quotient * frequency;
      long less = rest >> Long.SIZE - 1;
      long next = (quotient + less << SCALE) + rest + (frequency & less) + starts[s];
      own = other;
      other = next;
    }
    out.number(other, Integer.BYTES);
    out.number(own, Integer.BYTES);
    out.varint((end - at) / Character.BYTES);
    out.take(at, end - at);
  }

  private void readSymbols(ByteBuffer in, byte[] symbols) {
    byte[] bySlot = new byte[TOTAL];
    for (int s = 0; s < SYMBOLS; s++) {
      Arrays.fill(bySlot, starts[s], starts[s] + frequencies[s], (byte) s);
    }
    long own = Bytes.number(in, Integer.BYTES);
    long other = Bytes.number(in, Integer.BYTES);
    int words = Bytes.varint(in, symbols.length, "number of words");
    int end = in.position() + words * Character.BYTES;
    for (int i = 0; i < symbols.length; i++) {
      int slot = (int) own & TOTAL - 1;
      byte symbol = bySlot[slot];
      int s = symbol & 0xff;
      symbols[i] = symbol;
      long next = frequencies[s] * (own >>> SCALE) + slot - starts[s];
      if (next < LEAST) {
        next = next << Character.SIZE | Bytes.number(in, Character.BYTES);
      }
      own = other;
      other = next;
    }
    if (own != LEAST || other != LEAST || in.position() != end) {
      throw new Place("coded symbols").broken("do not end where they should");
    }
  }
}
