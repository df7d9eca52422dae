package io.espalier.plugins.idxdata;

/**
 * Scales square images by bilinear interpolation with pixel centres at half positions: row {@code
 * r} of the result is at {@code (r + 0.5) * from / to - 0.5} of the original, and so for columns;
 * beyond the outermost centres the edge goes on. Of the same size, an image stays as it is.
 */
final class Bilinear {
  private final int from;
  private final int to;
  private final int[] low;
  private final int[] high;
  private final float[] share;

  /**
   * @param from rows and columns of the original
   * @param to rows and columns of the result
   */
  Bilinear(int from, int to) {
    this.from = from;
    this.to = to;
    this.low = new int[to];
    this.high = new int[to];
    this.share = new float[to];
    for (int i = 0; i < to; i++) {
      double at = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
      low[i] = (int) at;
      high[i] = Math.min(low[i] + 1, from - 1);
      share[i] = (float) (at - low[i]);
    }
  }

  /**
   * Scales one image.
   *
   * @param image its pixels, row by row
   * @param into where the result goes, row by row, from {@code offset} on
   */
  void scale(float[] image, float[] into, int offset) {
    for (int row = 0; row < to; row++) {
      int above = low[row] * from;
      int below = high[row] * from;
      for (int column = 0; column < to; column++) {
        float top = mix(image, above, column);
        float bottom = mix(image, below, column);
        into[offset + row * to + column] = top + share[row] * (bottom - top);
      }
    }
  }

  private float mix(float[] image, int row, int column) {
    float left = image[row + low[column]];
    float right = image[row + high[column]];
    return left + share[column] * (right - left);
  }
}
