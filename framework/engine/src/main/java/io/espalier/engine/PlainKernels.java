package io.espalier.engine;

/**
 * Kernels in plain loops, shaped so that the JIT compiler vectorises them: it does so only where
 * all arrays of a loop share one index, so rows are first copied to arrays of their own.
 */
final class PlainKernels implements Kernels {
  private final LaneKernels lanes = new PlainLaneKernels();

  private static final int BLOCK = 768;
  private static final int TERMS = 12;
  private static final int UNROLL = 4;

  private final WinogradKernels winograd = new PlainWinogradKernels();
  private final MatrixKernels matrices = new PlainMatrixKernels();
  private final float[] sum = new float[BLOCK];
  private final float[][] terms = new float[TERMS][BLOCK];

  @Override
  public void combine(
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
      int count,
      int n) {
    for (int i = 0; i < n; i += BLOCK) {
      int length = Math.min(BLOCK, n - i);
      for (int t = 0; t < count; t += TERMS) {
        int some = Math.min(TERMS, count - t);
        for (int k = 0; k < some; k++) {
          System.arraycopy(b, b0 + bRows[bFrom + t + k] + i, terms[k], 0, length);
        }
        for (int r = 0; r < rows; r++) {
          int at = c0 + r * cRow + i;
          System.arraycopy(c, at, sum, 0, length);
          addTerms(a, a0 + r * aRow + t * aTerm, aTerm, some, length);
          System.arraycopy(sum, 0, c, at, length);
        }
      }
    }
  }

  private void addTerms(float[] a, int a0, int aTerm, int count, int length) {
    int t = 0;
    for (; t + UNROLL <= count; t += UNROLL) {
      int p = a0 + t * aTerm;
      add(
          sum,
          terms[t],
          terms[t + 1],
          terms[t + 2],
          terms[t + 3],
          a[p],
          a[p + aTerm],
          a[p + 2 * aTerm],
          a[p + 3 * aTerm],
          length);
    }
    for (; t < count; t++) {
      add(sum, terms[t], a[a0 + t * aTerm], length);
    }
  }

  private static void add(
      float[] sum,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float a0,
      float a1,
      float a2,
      float a3,
      int length) {
    for (int i = 0; i < length; i++) {
      sum[i] = sum[i] + a0 * b0[i] + a1 * b1[i] + a2 * b2[i] + a3 * b3[i];
    }
  }

  private static void add(float[] sum, float[] b, float a, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += a * b[i];
    }
  }

  @Override
  public void dots(
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
      int count,
      int repeats,
      int n) {
    int r = 0;
    for (; r + 2 <= rows; r += 2) {
      int t = 0;
      for (; t + UNROLL <= count; t += UNROLL) {
        for (int q = 0; q < repeats; q++) {
          int y1 = y0 + q * yRepeat;
          dots2x4(
              d,
              d0 + r * dRow + t * dTerm,
              dRow,
              dTerm,
              x,
              x0 + r * xRow + q * xRepeat,
              xRow,
              y,
              y1 + yRows[yFrom + t],
              y1 + yRows[yFrom + t + 1],
              y1 + yRows[yFrom + t + 2],
              y1 + yRows[yFrom + t + 3],
              n);
        }
      }
      for (; t < count; t++) {
        for (int k = r; k < r + 2; k++) {
          int at = d0 + k * dRow + t * dTerm;
          d[at] += dot(x, x0 + k * xRow, xRepeat, y, y0 + yRows[yFrom + t], yRepeat, repeats, n);
        }
      }
    }
    for (; r < rows; r++) {
      for (int t = 0; t < count; t++) {
        int at = d0 + r * dRow + t * dTerm;
        d[at] += dot(x, x0 + r * xRow, xRepeat, y, y0 + yRows[yFrom + t], yRepeat, repeats, n);
      }
    }
  }

  private static void dots2x4(
      float[] d,
      int d0,
      int dRow,
      int dTerm,
      float[] x,
      int x0,
      int xRow,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3,
      int n) {
    float p0 = 0;
    float p1 = 0;
    float p2 = 0;
    float p3 = 0;
    float q0 = 0;
    float q1 = 0;
    float q2 = 0;
    float q3 = 0;
    int xq = x0 + xRow;
    for (int i = 0; i < n; i++) {
      float p = x[x0 + i];
      float q = x[xq + i];
      p0 += p * y[y0 + i];
      p1 += p * y[y1 + i];
      p2 += p * y[y2 + i];
      p3 += p * y[y3 + i];
      q0 += q * y[y0 + i];
      q1 += q * y[y1 + i];
      q2 += q * y[y2 + i];
      q3 += q * y[y3 + i];
    }
    d[d0] += p0;
    d[d0 + dTerm] += p1;
    d[d0 + 2 * dTerm] += p2;
    d[d0 + 3 * dTerm] += p3;
    d[d0 + dRow] += q0;
    d[d0 + dRow + dTerm] += q1;
    d[d0 + dRow + 2 * dTerm] += q2;
    d[d0 + dRow + 3 * dTerm] += q3;
  }

  private static float dot(
      float[] x, int x0, int xRepeat, float[] y, int y0, int yRepeat, int repeats, int n) {
    float total = 0;
    for (int q = 0; q < repeats; q++) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int xq = x0 + q * xRepeat;
      int yq = y0 + q * yRepeat;
      for (int i = 0; i < n; i += UNROLL) {
        s0 += x[xq + i] * y[yq + i];
        s1 += x[xq + i + 1] * y[yq + i + 1];
        s2 += x[xq + i + 2] * y[yq + i + 2];
        s3 += x[xq + i + 3] * y[yq + i + 3];
      }
      total += (s0 + s1) + (s2 + s3);
    }
    return total;
  }

  @Override
  public void rectifyRows(
      float[] from, int f0, int fPitch, float[] to, int t0, int tPitch, int rows, int width) {
    int end = f0 + (rows - 1) * fPitch + width;
    for (int i = f0; i < end; i++) {
      from[i] = Math.max(from[i], 0f);
    }
    copyRows(from, f0, fPitch, to, t0, tPitch, rows, width);
  }

  @Override
  public void rectifyGradientRows(
      float[] from,
      float[] output,
      int f0,
      int fPitch,
      float[] to,
      int t0,
      int tPitch,
      int rows,
      int width) {
    int end = f0 + (rows - 1) * fPitch + width;
    for (int i = f0; i < end; i++) {
      from[i] = from[i] * Math.min(1f, output[i] * Float.MAX_VALUE * Float.MAX_VALUE);
    }
    copyRows(from, f0, fPitch, to, t0, tPitch, rows, width);
  }

  private static void copyRows(
      float[] from, int f0, int fPitch, float[] to, int t0, int tPitch, int rows, int width) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, f0 + r * fPitch, to, t0 + r * tPitch, width);
    }
  }

  @Override
  public void halve(float[] x, int x0, int xRow, float[] y, float[] winners, int y0, int width) {
    for (int j = 0; j < width; j++) {
      int upper = x0 + 2 * j;
      int lower = upper + xRow;
      int right = less(x[upper], x[upper + 1]);
      int lowerRight = less(x[lower], x[lower + 1]);
      float above = x[upper + right];
      float below = x[lower + lowerRight];
      int down = less(above, below);
      y[y0 + j] = Math.max(above, below);
      winners[y0 + j] = right + down * (2 + lowerRight - right);
    }
  }

  /** 1 if a is less than b, else 0: the sign of the difference, where -0 counts as 0. */
  private static int less(float a, float b) {
    return Float.floatToRawIntBits(a - b + 0f) >>> (Integer.SIZE - 1);
  }

  @Override
  public LaneKernels lanes() {
    return lanes;
  }

  @Override
  public MatrixKernels matrices() {
    return matrices;
  }

  @Override
  public WinogradKernels winograd() {
    return winograd;
  }

  @Override
  public String name() {
    return "plain";
  }
}
