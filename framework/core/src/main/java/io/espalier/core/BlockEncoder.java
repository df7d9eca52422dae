package io.espalier.core;

import java.util.Optional;

/**
 * Codes blocks as {@link ElementBlock} describes them. Its buffers are used again for every block,
 * and no loop over elements decides by a jump that a processor could not foresee. Not safe for
 * several threads.
 */
final class BlockEncoder {
  /** Gaps can be shorter than bits only where at least so many elements come to a value. */
  private static final int FEW = 8;

  private static final int TABLE_BITS = 8;

  private final int[] elements;
  private final int[] values;
  private final byte[] symbols;
  private final byte[] groups;
  private final Bytes out;
  private int width;
  private int count;
  private int used;

  /**
   * @param most the most elements of a block
   */
  BlockEncoder(int most) {
    elements = new int[most];
    values = new int[most + 1];
    symbols = new byte[most + 1];
    groups = new byte[most / ElementBlock.GROUP + 1];
    out = new Bytes(most + most / 2);
  }

  /** Where the elements of the next block go. */
  int[] elements() {
    return elements;
  }

  /**
   * Codes the first elements of the buffer.
   *
   * @param width bytes of an element
   * @param channels palettes of the block's tensor, if it is to be coded by those
   * @param first position of the first element in the tensor
   * @return valid until the next call
   */
  Bytes encode(int width, Optional<ChannelPalettes> channels, int count, int first) {
    this.width = width;
    this.count = count;
    gather();
    out.clear();
    if (channels.isPresent()) {
      out.write(ElementBlock.CHANNEL_PALETTES);
      writeZeros();
      inChannels(first, channels.get());
      Rans.encode(symbols, used, out);
    } else {
      writeOwn();
    }
    if (out.size() > count * width) {
      out.clear();
      out.write(ElementBlock.RAW);
      out.numbers(elements, count, width);
    }
    return out;
  }

  /**
   * Puts what is not zero together, and makes groups of bits, one for each element, the first in
   * the lowest: 1 where it is not zero.
   */
  private void gather() {
    int at = 0;
    int whole = count / ElementBlock.GROUP;
    for (int group = 0; group < whole; group++) {
      int first = group * ElementBlock.GROUP;
      int a = one(elements[first]);
      int b = one(elements[first + 1]);
      int c = one(elements[first + 2]);
      int d = one(elements[first + 3]);
      values[at] = elements[first];
      values[at + a] = elements[first + 1];
      values[at + a + b] = elements[first + 2];
      values[at + a + b + c] = elements[first + 3];
      at += a + b + c + d;
      groups[group] = (byte) (a | b << 1 | c << 2 | d << 3);
    }
    int last = 0;
    for (int i = whole * ElementBlock.GROUP; i < count; i++) {
      int bit = one(elements[i]);
      values[at] = elements[i];
      at += bit;
      last |= bit << i % ElementBlock.GROUP;
    }
    groups[whole] = (byte) last;
    used = at;
  }

  /** 1 for a value, 0 for a zero. */
  private static int one(int element) {
    return (element | -element) >>> 31;
  }

  private void writeOwn() {
    Optional<Palette> palette = Palette.of(values, used, Math.min(Palette.MOST, used / 4));
    int[] positions = palette.map(this::positions).orElseGet(() -> new int[0]);
    if (palette.isPresent() && paletteGains(palette.get(), positions)) {
      out.write(ElementBlock.OWN_PALETTE);
      writeZeros();
      writePalette(palette.get(), positions);
    } else {
      out.write(ElementBlock.LITERAL);
      writeZeros();
      takeByte(values, width - 1);
      Rans.encode(symbols, used, out);
      out.numbers(values, used, width - 1);
    }
  }

  private int[] positions(Palette palette) {
    int[] positions = new int[used];
    for (int i = 0; i < used; i++) {
      positions[i] = palette.position(values[i]);
    }
    return positions;
  }

  private boolean paletteGains(Palette palette, int[] positions) {
    double coded = palette.size() * (8.0 * width + TABLE_BITS);
    for (int b = 0; b < ElementBlock.positionBytes(palette.size()); b++) {
      takeByte(positions, b);
      coded += Rans.entropy(Rans.counts(symbols, used));
    }
    takeByte(values, width - 1);
    return coded < Rans.entropy(Rans.counts(symbols, used)) + 8.0 * (width - 1) * used;
  }

  private void writePalette(Palette palette, int[] positions) {
    out.varint(palette.size());
    for (int i = 0; i < palette.size(); i++) {
      out.number(palette.value(i), width);
    }
    for (int b = 0; b < ElementBlock.positionBytes(palette.size()); b++) {
      takeByte(positions, b);
      Rans.encode(symbols, used, out);
    }
  }

  /** Makes one byte of each number the symbols. */
  private void takeByte(int[] numbers, int which) {
    for (int i = 0; i < used; i++) {
      symbols[i] = (byte) (numbers[i] >>> 8 * which);
    }
  }

  private void inChannels(int first, ChannelPalettes channels) {
    int inner = channels.inner();
    int number = channels.palettes().size();
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (elements[i] != 0) {
        Palette palette = channels.palettes().get((first + i) / inner % number);
        symbols[at++] = (byte) palette.position(elements[i]);
      }
    }
  }

  private void writeZeros() {
    if (used == count) {
      out.write(ElementBlock.NO_ZEROS);
      return;
    }
    int made = (count + ElementBlock.GROUP - 1) / ElementBlock.GROUP;
    if ((long) used * FEW < count) {
      int gaps = takeGaps();
      double byGaps = Rans.entropy(Rans.counts(symbols, gaps));
      if (byGaps < Rans.entropy(Rans.counts(groups, made))) {
        out.write(ElementBlock.GAPS);
        out.varint(gaps);
        Rans.encode(symbols, gaps, out);
        return;
      }
    }
    out.write(ElementBlock.BITS);
    Rans.encode(groups, made, out);
  }

  /**
   * The zeros before each value; {@link ElementBlock#LONG_GAP} stands for so many zeros and no
   * value yet. Returns how many symbols that makes.
   */
  private int takeGaps() {
    int made = 0;
    int zeros = 0;
    for (int i = 0; i < count; i++) {
      if (elements[i] == 0) {
        zeros++;
        continue;
      }
      for (; zeros >= ElementBlock.LONG_GAP; zeros -= ElementBlock.LONG_GAP) {
        symbols[made++] = (byte) ElementBlock.LONG_GAP;
      }
      symbols[made++] = (byte) zeros;
      zeros = 0;
    }
    return made;
  }
}
