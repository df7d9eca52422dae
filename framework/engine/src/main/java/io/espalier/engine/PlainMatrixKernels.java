package io.espalier.engine;

/** Products of matrices in plain loops. */
final class PlainMatrixKernels implements MatrixKernels {
  private static final int COLUMNS = Kernels.PAD;

  private final float[] sum = new float[COLUMNS];

  @Override
  public void multiply(
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
      int terms) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(start, s0 + r * sRow, sum, 0, COLUMNS);
      for (int t = 0; t < terms; t++) {
        add(a[a0 + r * aRow + t], b, b0 + t * COLUMNS);
      }
      System.arraycopy(sum, 0, c, c0 + r * cRow, COLUMNS);
    }
  }

  @Override
  public void multiplyTransposed(
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
      int terms) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(start, s0 + r * sRow, sum, 0, COLUMNS);
      for (int t = 0; t < terms; t++) {
        add(a[a0 + t * COLUMNS + r], b, b0 + t * COLUMNS);
      }
      System.arraycopy(sum, 0, c, c0 + r * cRow, COLUMNS);
    }
  }

  private void add(float factor, float[] row, int from) {
    for (int j = 0; j < COLUMNS; j++) {
      sum[j] += factor * row[from + j];
    }
  }
}
