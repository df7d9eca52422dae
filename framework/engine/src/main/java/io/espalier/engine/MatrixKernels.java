package io.espalier.engine;

/**
 * Products of matrices, a panel of {@link Kernels#PAD} columns at a time. A panel's rows lie one
 * after another. Whoever multiplies larger matrices calls these for blocks that stay in cache; the
 * same arguments always give the same bits, and each row of a result depends on no other.
 */
interface MatrixKernels {
  /**
   * A panel of a product of rows: {@code c[r][j] = start[r][j] + sum over t of a[r][t] b[t][j]} for
   * {@code r < rows, t < terms} and each column j of the panel b.
   *
   * @param cRow floats from one row of the result to the next
   * @param start what the sums begin with: zeros, a bias (with {@code sRow} 0), or the result as it
   *     is
   * @param sRow floats from one row of {@code start} to the next
   * @param aRow floats from one row of a to the next
   * @param terms any number; an even one is faster
   */
  void multiply(
      float[] c,
      int c0,
      int cRow,
      float[] start,
      int s0,
      int sRow,
      float[] a,
      int a0,
      int aRow,
      float[] b,
      int b0,
      int rows,
      int terms);

  /**
   * The same with a panel as the transposed of the left matrix: {@code c[r][j] = start[r][j] + sum
   * over t of a[t][r] b[t][j]} for {@code r < rows}.
   *
   * @param rows at most {@link Kernels#PAD}
   * @param terms any number
   */
  void multiplyTransposed(
      float[] c,
      int c0,
      int cRow,
      float[] start,
      int s0,
      int sRow,
      float[] a,
      int a0,
      float[] b,
      int b0,
      int rows,
      int terms);
}
