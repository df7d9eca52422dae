package io.espalier.engine;

/**
 * Arithmetic on values whose channels lie side by side: a row is one pixel, and each call works on
 * {@link #CHANNELS} of its channels, or on a panel of as many columns of a matrix. The same
 * arguments always give the same bits.
 *
 * <p>A <em>table</em> describes the normalisation of these channels: {@link #CHANNELS} floats each
 * of mean, factor (scale by deviation), shift, mean gradient, and mean product of gradient and
 * normalised number by deviation.
 */
interface LaneKernels {
  /** Channels of a call, columns of a panel. */
  int CHANNELS = Kernels.PAD;

  /** Floats of a table. */
  int TABLE = 5 * CHANNELS;

  /** Position of the factors in a table. */
  int FACTOR = CHANNELS;

  /** Position of the shifts in a table. */
  int SHIFT = 2 * CHANNELS;

  /** Position of the mean gradients in a table. */
  int SLOPE = 3 * CHANNELS;

  /** Position of the mean products in a table. */
  int PRODUCT = 4 * CHANNELS;

  /** Normalises rows: {@code y = (x - mean) factor + shift}, held from least to most. */
  void normalise(
      float[] x,
      int x0,
      int xPitch,
      float[] y,
      int y0,
      int yPitch,
      int rows,
      float[] table,
      int t0,
      float least,
      float most);

  /** Gradients of rows that were normalised, from those of the normalised rows. */
  void inputGradients(
      float[] x,
      int x0,
      int xPitch,
      float[] dz,
      int dz0,
      int dzPitch,
      float[] dx,
      int dx0,
      int dxPitch,
      int rows,
      float[] table,
      int t0);

  /**
   * Copies gradients of normalised rows, zero where the row was held at a bound, and sums them.
   *
   * @param sums gets added the sum of each channel's gradients and, {@link #CHANNELS} further, of
   *     each gradient times the distance of its number from the mean
   */
  void clipGradients(
      float[] x,
      int x0,
      int xPitch,
      float[] from,
      int from0,
      int fromPitch,
      float[] to,
      int to0,
      int toPitch,
      int rows,
      float[] table,
      int t0,
      float least,
      float most,
      float[] sums,
      int s0);

  /**
   * Sums rows relative to the first.
   *
   * @param sums gets {@link #CHANNELS} floats each of the first row, the sums of the distances from
   *     it, and those of their squares
   */
  void moments(float[] x, int x0, int xPitch, int rows, float[] sums, int s0);

  /**
   * Adds a panel of a product with the transposed: {@code c[q][j] += sum over r of a[r][q] b[r][j]}
   * for {@code q < count}, with c's rows {@link #CHANNELS} apart.
   */
  void transposedProduct(
      float[] c,
      int c0,
      float[] a,
      int a0,
      int aPitch,
      int count,
      float[] b,
      int b0,
      int bPitch,
      int rows);

  /**
   * A depthwise convolution: {@code y[i][j] = sum over t of w[t] x[i xRow + j xStep + taps[t]]},
   * outputs of a row yPitch apart.
   *
   * @param taps of a window: row by row, each as far from the next as any other of its row
   */
  void taps(
      float[] x,
      int x0,
      int xRow,
      int xStep,
      int[] taps,
      float[] w,
      int w0,
      float[] y,
      int y0,
      int yPitch,
      int height,
      int width);

  /**
   * Adds the gradients of a depthwise convolution's weights.
   *
   * @param dyRow floats from one row of outputs to the next
   * @param dyStep floats from one output of a row to the next
   */
  void tapWeights(
      float[] x,
      int x0,
      int xRow,
      int xStep,
      int[] taps,
      float[] dw,
      int w0,
      float[] dy,
      int dy0,
      int dyRow,
      int dyStep,
      int height,
      int width);
}
