package io.espalier.engine;

import java.util.Arrays;

/**
 * Moves numbers between the planes of an image and the rows of a matrix: a row is an output of a
 * window, a column one of the terms under it, in the order of channels, rows and columns of the
 * window. Terms over the edge are zero.
 *
 * @param window that slides over the image
 */
record Patches(Window window) {
  /** Terms of an output. */
  int terms() {
    return window.channels() * window.kernelHeight() * window.kernelWidth();
  }

  /**
   * Gathers some terms of a row of outputs.
   *
   * @param planes with an image from position {@code from}
   * @param y row of the outputs
   * @param first of the terms
   * @param count of the terms
   * @param pitch floats from one output to the next
   */
  void gather(
      float[] planes, int from, int y, int first, int count, float[] to, int at, int pitch) {
    int width = window.outWidth();
    for (int t = 0; t < count; t++) {
      int row = row(first + t, y);
      if (row < 0) {
        for (int x = 0; x < width; x++) {
          to[at + t + x * pitch] = 0f;
        }
        continue;
      }
      int shift = shift(first + t);
      int begin = begin(shift);
      int end = end(shift);
      for (int x = 0; x < begin; x++) {
        to[at + t + x * pitch] = 0f;
      }
      int base = from + row + shift;
      for (int x = begin; x < end; x++) {
        to[at + t + x * pitch] = planes[base + x * window.strideX()];
      }
      for (int x = end; x < width; x++) {
        to[at + t + x * pitch] = 0f;
      }
    }
  }

  /** Adds some terms of a row of outputs back to the pixels that they come from. */
  void scatter(
      float[] from, int at, int pitch, int y, int first, int count, float[] planes, int to) {
    for (int t = 0; t < count; t++) {
      int row = row(first + t, y);
      if (row < 0) {
        continue;
      }
      int shift = shift(first + t);
      int end = end(shift);
      int base = to + row + shift;
      for (int x = begin(shift); x < end; x++) {
        planes[base + x * window.strideX()] += from[at + t + x * pitch];
      }
    }
  }

  /** Position of the row of pixels under a term, seen from the image's first; -1 over the edge. */
  private int row(int term, int y) {
    int taps = window.kernelHeight() * window.kernelWidth();
    int tap = term % taps / window.kernelWidth();
    int row = y * window.strideY() - window.top() + tap * window.dilationY();
    boolean inside = row >= 0 && row < window.height();
    return inside ? term / taps * window.area() + row * window.width() : -1;
  }

  /** Column of the pixel under a term of the first output of a row. */
  private int shift(int term) {
    return term % window.kernelWidth() * window.dilationX() - window.left();
  }

  private int begin(int shift) {
    int before = shift < 0 ? (-shift + window.strideX() - 1) / window.strideX() : 0;
    return Math.min(before, window.outWidth());
  }

  private int end(int shift) {
    int room = window.width() - shift;
    int last = room <= 0 ? 0 : (room + window.strideX() - 1) / window.strideX();
    return Math.max(begin(shift), Math.min(last, window.outWidth()));
  }

  /** Lays rows of {@link Kernels#PAD} channels out as planes. */
  static void toPlanes(float[] rows, int at, int count, float[] planes, int to, int area) {
    for (int c = 0; c < Kernels.PAD; c++) {
      for (int p = 0; p < count; p++) {
        planes[to + c * area + p] = rows[at + p * Kernels.PAD + c];
      }
    }
  }

  /** Lays planes out as rows of channels. */
  static void toRows(
      float[] planes, int from, int channels, int area, float[] rows, int at, int pitch) {
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < area; p++) {
        rows[at + p * pitch + c] = planes[from + c * area + p];
      }
    }
  }

  /** Forgets the gradients of an image, before terms are added. */
  void clear(float[] planes, int from) {
    Arrays.fill(planes, from, from + window.channels() * window.area(), 0f);
  }
}
