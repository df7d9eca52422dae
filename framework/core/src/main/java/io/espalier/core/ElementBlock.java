package io.espalier.core;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Codes a block of a tensor's elements, taken as bit patterns of 1, 2 or 4 bytes, without loss.
 *
 * <p>Zeros and other values are told apart first: by a bit for each element, or by the number of
 * zeros before each value. The values follow as positions in a palette, or as they are, with only
 * their highest byte, which of a float is sign and exponent, worth coding. Bits in groups of four,
 * numbers of zeros, positions and highest bytes are symbols for {@link Rans}. Of all that, what is
 * estimated to be smallest is written; bytes as they are, where nothing gains.
 */
final class ElementBlock {
  /** Elements of a block: few enough to hold some, enough that its tables weigh little. */
  static final int MOST = 1 << 20;

  private static final int RAW = 0;
  private static final int OWN_PALETTE = 1;
  private static final int CHANNEL_PALETTES = 2;
  private static final int LITERAL = 3;

  private static final int NO_ZEROS = 0;
  private static final int BITS = 1;
  private static final int GAPS = 2;

  private static final int GROUP = 4;
  private static final int LONG_GAP = 255;

  /** Gaps can be shorter than bits only where at least so many elements come to a value. */
  private static final int FEW = 8;

  /** The most values of a palette that can be read. */
  private static final int MOST_VALUES = 1 << 16;

  private static final int TABLE_BITS = 8;

  private final int width;
  private final Optional<ChannelPalettes> channels;

  /**
   * @param width bytes of an element
   * @param channels palettes of the block's tensor, if it is coded by those
   */
  ElementBlock(int width, Optional<ChannelPalettes> channels) {
    this.width = width;
    this.channels = channels;
  }

  /**
   * Codes some elements.
   *
   * @param first position of the first one in the tensor
   */
  byte[] encode(int[] elements, int count, int first) {
    int[] values = new int[count + 1];
    int used = 0;
    for (int i = 0; i < count; i++) {
      values[used] = elements[i];
      used += one(elements[i]);
    }
    Bytes out = new Bytes(count * width / 2 + 64);
    if (channels.isPresent()) {
      out.write(CHANNEL_PALETTES);
      writeZeros(elements, count, used, out);
      Rans.encode(inChannels(elements, count, used, first, channels.get()), used, out);
    } else {
      writeOwn(elements, count, values, used, out);
    }
    return out.size() <= count * width ? out.toArray() : raw(elements, count);
  }

  /** 1 for a value, 0 for a zero, without a branch that no processor could foresee. */
  private static int one(int element) {
    return (element | -element) >>> 31;
  }

  private byte[] raw(int[] elements, int count) {
    Bytes out = new Bytes(count * width + 1);
    out.write(RAW);
    out.numbers(elements, count, width);
    return out.toArray();
  }

  private void writeOwn(int[] elements, int count, int[] values, int used, Bytes out) {
    Optional<Palette> palette = Palette.of(values, used, Math.min(Palette.MOST, used / 4));
    byte[] top = bytes(values, used, width - 1);
    if (palette.isPresent() && paletteGains(palette.get(), values, used, top)) {
      out.write(OWN_PALETTE);
      writeZeros(elements, count, used, out);
      writePalette(palette.get(), values, used, out);
    } else {
      out.write(LITERAL);
      writeZeros(elements, count, used, out);
      Rans.encode(top, used, out);
      out.numbers(values, used, width - 1);
    }
  }

  private boolean paletteGains(Palette palette, int[] values, int used, byte[] top) {
    int[] positions = positions(palette, values, used);
    double coded = palette.size() * (8.0 * width + TABLE_BITS);
    for (int b = 0; b < positionBytes(palette.size()); b++) {
      coded += Rans.entropy(Rans.counts(bytes(positions, used, b), used));
    }
    return coded < Rans.entropy(Rans.counts(top, used)) + 8.0 * (width - 1) * used;
  }

  private void writePalette(Palette palette, int[] values, int used, Bytes out) {
    out.varint(palette.size());
    for (int i = 0; i < palette.size(); i++) {
      out.number(palette.value(i), width);
    }
    int[] positions = positions(palette, values, used);
    for (int b = 0; b < positionBytes(palette.size()); b++) {
      Rans.encode(bytes(positions, used, b), used, out);
    }
  }

  private static int positionBytes(int size) {
    return size > 256 ? 2 : 1;
  }

  private static int[] positions(Palette palette, int[] values, int used) {
    int[] positions = new int[used];
    for (int i = 0; i < used; i++) {
      positions[i] = palette.position(values[i]);
    }
    return positions;
  }

  private static byte[] bytes(int[] values, int used, int which) {
    byte[] bytes = new byte[used];
    for (int i = 0; i < used; i++) {
      bytes[i] = (byte) (values[i] >>> 8 * which);
    }
    return bytes;
  }

  private static byte[] inChannels(
      int[] elements, int count, int used, int first, ChannelPalettes channels) {
    byte[] positions = new byte[used];
    int inner = channels.inner();
    int number = channels.palettes().size();
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (elements[i] != 0) {
        Palette palette = channels.palettes().get((first + i) / inner % number);
        positions[at++] = (byte) palette.position(elements[i]);
      }
    }
    return positions;
  }

  private static void writeZeros(int[] elements, int count, int used, Bytes out) {
    if (used == count) {
      out.write(NO_ZEROS);
      return;
    }
    byte[] groups = groups(elements, count);
    if ((long) used * FEW < count) {
      byte[] gaps = gaps(elements, count, used);
      double byGaps = Rans.entropy(Rans.counts(gaps, gaps.length));
      if (byGaps < Rans.entropy(Rans.counts(groups, groups.length))) {
        out.write(GAPS);
        out.varint(gaps.length);
        Rans.encode(gaps, gaps.length, out);
        return;
      }
    }
    out.write(BITS);
    Rans.encode(groups, groups.length, out);
  }

  /** A bit for each element, the first in the lowest: 1 where it is not zero. */
  private static byte[] groups(int[] elements, int count) {
    byte[] groups = new byte[(count + GROUP - 1) / GROUP];
    for (int i = 0; i < count; i++) {
      groups[i / GROUP] |= (byte) (one(elements[i]) << i % GROUP);
    }
    return groups;
  }

  /** The zeros before each value; {@link #LONG_GAP} stands for so many zeros and no value yet. */
  private static byte[] gaps(int[] elements, int count, int used) {
    Bytes gaps = new Bytes(used + count / LONG_GAP + 1);
    int zeros = 0;
    for (int i = 0; i < count; i++) {
      if (elements[i] == 0) {
        zeros++;
        continue;
      }
      for (; zeros >= LONG_GAP; zeros -= LONG_GAP) {
        gaps.write(LONG_GAP);
      }
      gaps.write(zeros);
      zeros = 0;
    }
    return gaps.toArray();
  }

  /** Reads a block of so many elements. */
  int[] decode(ByteBuffer in, int count, int first) {
    int[] elements = new int[count];
    int mode = in.get();
    if (mode == RAW) {
      for (int i = 0; i < count; i++) {
        elements[i] = (int) Bytes.number(in, width);
      }
      return elements;
    }
    int[] places = places(in, count);
    switch (mode) {
      case OWN_PALETTE -> readPalette(in, elements, places);
      case CHANNEL_PALETTES -> readInChannels(in, elements, places, first);
      case LITERAL -> readLiterals(in, elements, places);
      default -> throw new Place("block").broken("is of unknown kind " + mode);
    }
    return elements;
  }

  /** Positions of the elements that are not zero. */
  private static int[] places(ByteBuffer in, int count) {
    int kind = in.get();
    int[] places = new int[count];
    int used = 0;
    switch (kind) {
      case NO_ZEROS -> {
        while (used < count) {
          places[used] = used++;
        }
      }
      case BITS -> {
        byte[] groups = Rans.decode(in, (count + GROUP - 1) / GROUP);
        for (int i = 0; i < count; i++) {
          if ((groups[i / GROUP] >> i % GROUP & 1) != 0) {
            places[used++] = i;
          }
        }
      }
      case GAPS -> {
        byte[] gaps = Rans.decode(in, Bytes.varint(in, 2 * count, "number of gaps"));
        int at = 0;
        for (byte gap : gaps) {
          at += gap & 0xff;
          if ((gap & 0xff) != LONG_GAP) {
            if (at >= count) {
              throw new Place("gaps").broken("go past the end of the block");
            }
            places[used++] = at++;
          }
        }
      }
      default -> throw new Place("zeros").broken("are coded in unknown way " + kind);
    }
    return java.util.Arrays.copyOf(places, used);
  }

  private void readPalette(ByteBuffer in, int[] elements, int[] places) {
    int[] values = new int[Bytes.varint(in, MOST_VALUES, "number of values")];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) Bytes.number(in, width);
    }
    byte[] low = Rans.decode(in, places.length);
    byte[] high =
        positionBytes(values.length) > 1 ? Rans.decode(in, places.length) : new byte[places.length];
    for (int i = 0; i < places.length; i++) {
      elements[places[i]] = valueAt(values, low[i] & 0xff | (high[i] & 0xff) << 8);
    }
  }

  private static int valueAt(int[] values, int position) {
    if (position >= values.length) {
      throw new Place("palette").broken("has no value " + position);
    }
    return values[position];
  }

  private void readInChannels(ByteBuffer in, int[] elements, int[] places, int first) {
    ChannelPalettes own =
        channels.orElseThrow(() -> new Place("block").broken("needs palettes of its channels"));
    byte[] positions = Rans.decode(in, places.length);
    int inner = own.inner();
    for (int i = 0; i < places.length; i++) {
      Palette palette = own.palettes().get((first + places[i]) / inner % own.palettes().size());
      int position = positions[i] & 0xff;
      if (position >= palette.size()) {
        throw new Place("palette of a channel").broken("has no value " + position);
      }
      elements[places[i]] = palette.value(position);
    }
  }

  private void readLiterals(ByteBuffer in, int[] elements, int[] places) {
    byte[] top = Rans.decode(in, places.length);
    for (int i = 0; i < places.length; i++) {
      long low = width > 1 ? Bytes.number(in, width - 1) : 0;
      elements[places[i]] = (int) (low | (top[i] & 0xffL) << 8 * (width - 1));
    }
  }
}
