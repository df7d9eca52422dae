package io.espalier.engine;

/**
 * The arithmetic that dominates training. Every operation with weights is made of {@link #combine}
 * and {@link #dots}; how they loop is an implementation's own matter, but the same arguments must
 * always give the same bits.
 *
 * <p>Rows are spans of arrays. Their length {@code n} is a multiple of {@link #PAD}: whoever plans
 * buffers pads them, so no kernel has a remainder. An instance may keep scratch space and belongs
 * to one thread.
 */
interface Kernels {
  /** Row lengths are multiples of this; at least the lanes of any vector unit in use. */
  int PAD = 16;

  /** The next multiple of {@link #PAD}. */
  static int padded(int length) {
    return Math.addExact(length, PAD - 1) & -PAD;
  }

  /**
   * Adds weighted sums of rows to rows: {@code c[c0 + r cRow + i] += sum over t of a[a0 + r aRow +
   * t aTerm] * b[b0 + bRows[bFrom + t] + i]} for {@code r < rows, t < terms, i < n}.
   *
   * <p>A convolution's forward pass is this with the taps as terms; so are input gradients and the
   * outer products of a dense layer.
   */
  void combine(
      float[] c,
      int c0,
      int cRow,
      int rows,
      float[] a,
      int a0,
      int aRow,
      int aTerm,
      float[] b,
      int b0,
      int[] bRows,
      int bFrom,
      int terms,
      int n);

  /**
   * Adds products of rows to single elements: {@code d[d0 + r dRow + t dTerm] += sum over q, i of
   * x[x0 + r xRow + q xRepeat + i] * y[y0 + yRows[yFrom + t] + q yRepeat + i]} for {@code r < rows,
   * t < terms, q < repeats, i < n}.
   *
   * <p>Weight gradients are this with the samples as repeats; so is a dense layer's forward pass.
   */
  void dots(
      float[] d,
      int d0,
      int dRow,
      int dTerm,
      float[] x,
      int x0,
      int xRow,
      int xRepeat,
      int rows,
      float[] y,
      int y0,
      int[] yRows,
      int yFrom,
      int yRepeat,
      int terms,
      int repeats,
      int n);

  /**
   * Copies rows of {@code width} from one pitch to another, negative elements as zero. May change
   * what it copies from.
   */
  void rectifyRows(
      float[] from, int f0, int fPitch, float[] to, int t0, int tPitch, int rows, int width);

  /**
   * Copies rows of {@code width} from one pitch to another, zero where {@code output}, laid out
   * like {@code from} and nowhere negative, is not positive. May change what it copies from.
   */
  void rectifyGradientRows(
      float[] from,
      float[] output,
      int f0,
      int fPitch,
      float[] to,
      int t0,
      int tPitch,
      int rows,
      int width);

  /**
   * The largest of each 2x2 square of two rows: {@code y[y0 + j]} for {@code j < width}. The square
   * of an output starts at {@code x[x0 + 2 j]} and, below it, {@code x[x0 + xRow + 2 j]}. May write
   * up to {@link #PAD} elements past the last output.
   *
   * @param winners gets at the same positions which of the square it was: 0 and 1 above, 2 and 3
   *     below; the first of several
   */
  void halve(float[] x, int x0, int xRow, float[] y, float[] winners, int y0, int width);

  /** The kernels for values whose channels lie side by side. */
  LaneKernels lanes();

  /** Products of matrices. */
  MatrixKernels matrices();

  /** Transforms of windows of 3x3. */
  WinogradKernels winograd();

  /** Short name for logs. */
  String name();
}
