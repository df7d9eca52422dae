package io.espalier.core;

import io.espalier.api.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A palette for each channel of a tensor, zero left out of them.
 *
 * @param axis whose positions are the channels
 * @param shape of the tensor
 * @param palettes one per channel
 */
record ChannelPalettes(int axis, Shape shape, List<Palette> palettes) {
  /** The most values of a channel: a position takes one byte. */
  static final int MOST = 256;

  /** A channel of so many elements at least; shorter ones gain nothing by a palette. */
  private static final int SHORTEST = 16;

  ChannelPalettes {
    palettes = List.copyOf(palettes);
  }

  /**
   * The palettes along an axis.
   *
   * @param elements bit patterns by position
   * @return nothing if a channel is short or has too many values
   */
  static Optional<ChannelPalettes> of(IntUnaryOperator elements, Shape shape, int axis) {
    int channels = (int) shape.dim(axis);
    int inner = inner(shape, axis);
    int length = (int) (shape.size() / channels);
    if (length < SHORTEST) {
      return Optional.empty();
    }
    int most = Math.min(MOST, length / 4);
    int[] channel = new int[length];
    List<Palette> palettes = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      int used = 0;
      for (int i = 0; i < length; i++) {
        int value = elements.applyAsInt((i / inner * channels + c) * inner + i % inner);
        if (value != 0) {
          channel[used++] = value;
        }
      }
      Optional<Palette> palette = Palette.of(channel, used, most);
      if (palette.isEmpty()) {
        return Optional.empty();
      }
      palettes.add(palette.get());
    }
    return Optional.of(new ChannelPalettes(axis, shape, palettes));
  }

  /** Elements from one position of an axis to the next. */
  private static int inner(Shape shape, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= (int) shape.dim(i);
    }
    return inner;
  }

  int inner() {
    return inner(shape, axis);
  }

  /** Values of all channels. */
  int values() {
    return palettes.stream().mapToInt(Palette::size).sum();
  }

  /** The axis, then the number of values and the values of each channel. */
  void writeTo(Bytes out, int width) {
    out.varint(axis);
    for (Palette palette : palettes) {
      out.varint(palette.size());
      for (int i = 0; i < palette.size(); i++) {
        out.number(palette.value(i), width);
      }
    }
  }

  static ChannelPalettes read(ByteBuffer in, Shape shape, int width) {
    int axis = Bytes.varint(in, shape.rank() - 1, "axis of the channels");
    List<Palette> palettes = new ArrayList<>();
    for (int c = 0; c < shape.dim(axis); c++) {
      int[] values = new int[Bytes.varint(in, MOST, "number of values")];
      for (int i = 0; i < values.length; i++) {
        values[i] = (int) Bytes.number(in, width);
      }
      palettes.add(Palette.ofValues(values));
    }
    return new ChannelPalettes(axis, shape, palettes);
  }
}
