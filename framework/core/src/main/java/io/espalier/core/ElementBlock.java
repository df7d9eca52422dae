package io.espalier.core;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A block of a tensor's elements, taken as bit patterns of 1, 2 or 4 bytes, coded without loss:
 * what {@link BlockEncoder} writes and this reads.
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

  static final int RAW = 0;
  static final int OWN_PALETTE = 1;
  static final int CHANNEL_PALETTES = 2;
  static final int LITERAL = 3;

  static final int NO_ZEROS = 0;
  static final int BITS = 1;
  static final int GAPS = 2;

  static final int GROUP = 4;
  static final int LONG_GAP = 255;

  /** The most values of a palette that can be read. */
  private static final int MOST_VALUES = 1 << 16;

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

  /** Bytes of a position in a palette of some size. */
  static int positionBytes(int size) {
    return size > 256 ? 2 : 1;
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
