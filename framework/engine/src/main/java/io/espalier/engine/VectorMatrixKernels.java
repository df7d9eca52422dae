package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices on the Vector API. Four rows of two vectors are summed in registers: with
 * more, C2 of Java 17 keeps some of them in memory, at half the speed. Two terms at a time halve
 * the arithmetic on addresses, which else bounds {@link #multiply}. The rules of {@link
 * VectorKernels} hold here too.
 */
final class VectorMatrixKernels implements MatrixKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > FloatVector.SPECIES_256.length()
          ? FloatVector.SPECIES_256
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PAIR = 2 * LANES;
  private static final int COLUMNS = Kernels.PAD;
  private static final int ROWS = 4;

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
    int even = terms / 2 * 2;
    for (int j = 0; j < COLUMNS; j += PAIR) {
      int r = 0;
      for (; r + ROWS <= rows; r += ROWS) {
        int at = c0 + r * cRow + j;
        int from = s0 + r * sRow + j;
        multiply4(c, at, cRow, start, from, sRow, a, a0 + r * aRow, aRow, b, b0 + j, even);
      }
      for (; r < rows; r++) {
        int from = s0 + r * sRow + j;
        multiply1(c, c0 + r * cRow + j, start, from, a, a0 + r * aRow, b, b0 + j, even);
      }
    }
    if (even < terms) {
      addTerm(c, c0, cRow, a, a0 + even, aRow, b, b0 + even * COLUMNS, rows);
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
    for (int j = 0; j < COLUMNS; j += PAIR) {
      int r = 0;
      for (; r + ROWS <= rows; r += ROWS) {
        int at = c0 + r * cRow + j;
        int from = s0 + r * sRow + j;
        transposed4(c, at, cRow, start, from, sRow, a, a0 + r, b, b0 + j, terms);
      }
      for (; r < rows; r++) {
        int from = s0 + r * sRow + j;
        transposed1(c, c0 + r * cRow + j, start, from, a, a0 + r, b, b0 + j, terms);
      }
    }
  }

  private static void multiply4(
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
      int terms) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, start, s0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, start, s0 + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, start, s0 + sRow);
    FloatVector s11 = FloatVector.fromArray(SPECIES, start, s0 + sRow + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, start, s0 + 2 * sRow);
    FloatVector s21 = FloatVector.fromArray(SPECIES, start, s0 + 2 * sRow + LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, start, s0 + 3 * sRow);
    FloatVector s31 = FloatVector.fromArray(SPECIES, start, s0 + 3 * sRow + LANES);
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    for (int t = 0; t < terms; t += 2) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t);
      FloatVector y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, a[a0 + t]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
      v = FloatVector.broadcast(SPECIES, a[a1 + t]);
      s10 = v.fma(x, s10);
      s11 = v.fma(y, s11);
      v = FloatVector.broadcast(SPECIES, a[a2 + t]);
      s20 = v.fma(x, s20);
      s21 = v.fma(y, s21);
      v = FloatVector.broadcast(SPECIES, a[a3 + t]);
      s30 = v.fma(x, s30);
      s31 = v.fma(y, s31);
      x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + COLUMNS);
      y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + COLUMNS + LANES);
      v = FloatVector.broadcast(SPECIES, a[a0 + t + 1]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
      v = FloatVector.broadcast(SPECIES, a[a1 + t + 1]);
      s10 = v.fma(x, s10);
      s11 = v.fma(y, s11);
      v = FloatVector.broadcast(SPECIES, a[a2 + t + 1]);
      s20 = v.fma(x, s20);
      s21 = v.fma(y, s21);
      v = FloatVector.broadcast(SPECIES, a[a3 + t + 1]);
      s30 = v.fma(x, s30);
      s31 = v.fma(y, s31);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c0 + cRow);
    s11.intoArray(c, c0 + cRow + LANES);
    s20.intoArray(c, c0 + 2 * cRow);
    s21.intoArray(c, c0 + 2 * cRow + LANES);
    s30.intoArray(c, c0 + 3 * cRow);
    s31.intoArray(c, c0 + 3 * cRow + LANES);
  }

  private static void multiply1(
      float[] c, int c0, float[] start, int s0, float[] a, int a0, float[] b, int b0, int terms) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, start, s0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, start, s0 + LANES);
    for (int t = 0; t < terms; t += 2) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t);
      FloatVector y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, a[a0 + t]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
      x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + COLUMNS);
      y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + COLUMNS + LANES);
      v = FloatVector.broadcast(SPECIES, a[a0 + t + 1]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
  }

  private static void addTerm(
      float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int rows) {
    for (int j = 0; j < COLUMNS; j += LANES) {
      for (int r = 0; r < rows; r++) {
        FloatVector.fromArray(SPECIES, b, b0 + j)
            .fma(
                FloatVector.broadcast(SPECIES, a[a0 + r * aRow]),
                FloatVector.fromArray(SPECIES, c, c0 + r * cRow + j))
            .intoArray(c, c0 + r * cRow + j);
      }
    }
  }

  private static void transposed4(
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
      int terms) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, start, s0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, start, s0 + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, start, s0 + sRow);
    FloatVector s11 = FloatVector.fromArray(SPECIES, start, s0 + sRow + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, start, s0 + 2 * sRow);
    FloatVector s21 = FloatVector.fromArray(SPECIES, start, s0 + 2 * sRow + LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, start, s0 + 3 * sRow);
    FloatVector s31 = FloatVector.fromArray(SPECIES, start, s0 + 3 * sRow + LANES);
    for (int t = 0; t < terms; t++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t);
      FloatVector y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, a[a0 + COLUMNS * t]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
      v = FloatVector.broadcast(SPECIES, a[a0 + COLUMNS * t + 1]);
      s10 = v.fma(x, s10);
      s11 = v.fma(y, s11);
      v = FloatVector.broadcast(SPECIES, a[a0 + COLUMNS * t + 2]);
      s20 = v.fma(x, s20);
      s21 = v.fma(y, s21);
      v = FloatVector.broadcast(SPECIES, a[a0 + COLUMNS * t + 3]);
      s30 = v.fma(x, s30);
      s31 = v.fma(y, s31);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c0 + cRow);
    s11.intoArray(c, c0 + cRow + LANES);
    s20.intoArray(c, c0 + 2 * cRow);
    s21.intoArray(c, c0 + 2 * cRow + LANES);
    s30.intoArray(c, c0 + 3 * cRow);
    s31.intoArray(c, c0 + 3 * cRow + LANES);
  }

  private static void transposed1(
      float[] c, int c0, float[] start, int s0, float[] a, int a0, float[] b, int b0, int terms) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, start, s0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, start, s0 + LANES);
    for (int t = 0; t < terms; t++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t);
      FloatVector y = FloatVector.fromArray(SPECIES, b, b0 + COLUMNS * t + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, a[a0 + COLUMNS * t]);
      s00 = v.fma(x, s00);
      s01 = v.fma(y, s01);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
  }
}
