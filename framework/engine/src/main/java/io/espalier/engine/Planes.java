package io.espalier.engine;

/**
 * Input planes for convolution, laid out so that every tap of the window is one long row at a fixed
 * offset, whatever stride, dilation and padding are.
 *
 * <p>A padded channel is split into {@code strideY x strideX} phases: phase (p, q) holds the rows y
 * with y mod strideY = p and the columns x with x mod strideX = q. Within a phase, neighbouring
 * outputs read neighbouring elements. All phases have the same pitch, and outputs use it too: a row
 * of outputs is followed by a few elements that mean nothing, so that a whole channel is one row.
 */
final class Planes {
  private final Window window;
  private final boolean direct;
  private final int phaseHeight;
  private final int pitch;
  private final int length;
  private final int channelStride;
  private final int[] taps;

  Planes(Window window) {
    this.window = window;
    int paddedHeight = window.height() + window.top() + window.bottom();
    int paddedWidth = window.width() + window.left() + window.right();
    int sy = window.strideY();
    int sx = window.strideX();
    phaseHeight = (paddedHeight + sy - 1) / sy;
    pitch = (paddedWidth + sx - 1) / sx;
    length = Kernels.padded((window.outHeight() - 1) * pitch + window.outWidth());
    taps = new int[window.kernelHeight() * window.kernelWidth()];
    int last = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int y = ky * window.dilationY();
        int x = kx * window.dilationX();
        int tap = phase(y % sy, x % sx) + y / sy * pitch + x / sx;
        taps[ky * window.kernelWidth() + kx] = tap;
        last = Math.max(last, tap);
      }
    }
    direct = !window.padded() && sy == 1 && sx == 1;
    channelStride =
        direct
            ? window.area()
            : Kernels.padded(Math.max(sy * sx * phaseHeight * pitch, last + length));
  }

  private int phase(int y, int x) {
    return (y * window.strideX() + x) * phaseHeight * pitch;
  }

  /** Whether the planes are the input itself. */
  boolean direct() {
    return direct;
  }

  /** Elements from one row of outputs to the next. */
  int pitch() {
    return pitch;
  }

  /** Elements of one channel of outputs, padded for the kernels. */
  int length() {
    return length;
  }

  int channelStride() {
    return channelStride;
  }

  /** Floats of all channels. */
  int size() {
    return window.channels() * channelStride;
  }

  /** Offset of each tap's row in its channel, row by row of the window. */
  int[] taps() {
    return taps.clone();
  }

  /** Lays out an image. Padding is not written: it is zero from the beginning. */
  void spread(float[] image, int from, float[] planes, int to) {
    for (int c = 0; c < window.channels(); c++) {
      for (int y = 0; y < window.height(); y++) {
        int row = from + c * window.area() + y * window.width();
        int padded = y + window.top();
        int base = to + c * channelStride + padded / window.strideY() * pitch;
        spreadRow(image, row, planes, base, padded % window.strideY());
      }
    }
  }

  private void spreadRow(float[] image, int row, float[] planes, int base, int phaseY) {
    int stride = window.strideX();
    if (stride == 1) {
      System.arraycopy(image, row, planes, base + phase(phaseY, 0) + window.left(), window.width());
      return;
    }
    for (int q = 0; q < stride; q++) {
      int x = firstColumn(q);
      int at = base + phase(phaseY, q) + (x + window.left()) / stride;
      for (; x < window.width(); x += stride) {
        planes[at++] = image[row + x];
      }
    }
  }

  /** Adds what lies in planes to the image that they are laid out from. */
  void gather(float[] planes, int from, float[] image, int to) {
    int stride = window.strideX();
    for (int c = 0; c < window.channels(); c++) {
      for (int y = 0; y < window.height(); y++) {
        int row = to + c * window.area() + y * window.width();
        int padded = y + window.top();
        int base = from + c * channelStride + padded / window.strideY() * pitch;
        for (int q = 0; q < stride; q++) {
          int x = firstColumn(q);
          int at = base + phase(padded % window.strideY(), q) + (x + window.left()) / stride;
          for (; x < window.width(); x += stride) {
            image[row + x] += planes[at++];
          }
        }
      }
    }
  }

  /** The first column of the image that belongs to a phase. */
  private int firstColumn(int phaseX) {
    int stride = window.strideX();
    return Math.floorMod(phaseX - window.left(), stride);
  }
}
