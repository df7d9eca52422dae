package io.espalier.engine;

import java.util.Arrays;

/**
 * Some rows of an image whose channels lie side by side, a block of {@link Kernels#PAD} of them,
 * with a border of one pixel around: zeros over the edge of the image.
 *
 * @param height of the image
 * @param width of the image
 */
record ChannelStrip(int height, int width) {
  private static final int CHANNELS = Kernels.PAD;

  /** Floats from one row to the next. */
  int pitch() {
    return (width + 2) * CHANNELS;
  }

  /** Floats of a strip of some rows and its border. */
  int length(int rows) {
    return (rows + 2) * pitch();
  }

  /**
   * Copies rows of planes and the border around them.
   *
   * @param from where the first plane begins
   */
  void load(float[] planes, int from, int row, int rows, float[] strip) {
    for (int r = 0; r < rows + 2; r++) {
      int y = row + r - 1;
      int at = r * pitch();
      if (y < 0 || y >= height) {
        Arrays.fill(strip, at, at + pitch(), 0f);
        continue;
      }
      Arrays.fill(strip, at, at + CHANNELS, 0f);
      Arrays.fill(strip, at + pitch() - CHANNELS, at + pitch(), 0f);
      loadRow(planes, from + y * width, strip, at + CHANNELS);
    }
  }

  private void loadRow(float[] planes, int from, float[] strip, int to) {
    for (int c = 0; c < CHANNELS; c++) {
      int at = from + c * height * width;
      for (int x = 0; x < width; x++) {
        strip[to + x * CHANNELS + c] = planes[at + x];
      }
    }
  }

  /**
   * Copies rows back to planes, or adds them.
   *
   * @param to where the first plane begins
   */
  void store(float[] strip, int row, int rows, float[] planes, int to, boolean adds) {
    for (int r = 0; r < rows; r++) {
      int from = (r + 1) * pitch() + CHANNELS;
      for (int c = 0; c < CHANNELS; c++) {
        int at = to + (c * height + row + r) * width;
        if (adds) {
          addRow(strip, from + c, planes, at);
        } else {
          storeRow(strip, from + c, planes, at);
        }
      }
    }
  }

  private void storeRow(float[] strip, int from, float[] planes, int to) {
    for (int x = 0; x < width; x++) {
      planes[to + x] = strip[from + x * CHANNELS];
    }
  }

  private void addRow(float[] strip, int from, float[] planes, int to) {
    for (int x = 0; x < width; x++) {
      planes[to + x] += strip[from + x * CHANNELS];
    }
  }
}
