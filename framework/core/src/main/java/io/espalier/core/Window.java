package io.espalier.core;

/**
 * A square window that slides over an image.
 *
 * @param size its side in pixels
 * @param stride pixels from one place to the next
 * @param pad zeros added on each side of the image
 */
record Window(int size, int stride, int pad) {
  /** A window that moves by one pixel, without padding. */
  static Window of(int size) {
    return new Window(size, 1, 0);
  }

  Window withStride(int other) {
    return new Window(size, other, pad);
  }

  Window withPad(int other) {
    return new Window(size, stride, other);
  }

  /** How many places it takes along an axis; less than 1 where it does not fit. */
  long places(long extent) {
    return Math.floorDiv(extent + 2L * pad - size, stride) + 1;
  }
}
