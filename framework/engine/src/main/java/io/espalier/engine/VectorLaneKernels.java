package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lane kernels on the Vector API, for up to 8 lanes: two vectors side by side fill a panel, and six
 * rows of them the 16 registers of AVX2. The rules of {@link VectorKernels} hold here too.
 */
final class VectorLaneKernels implements LaneKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > FloatVector.SPECIES_256.length()
          ? FloatVector.SPECIES_256
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PAIR = 2 * LANES;
  private static final int ROWS = 6;
  private static final int COLUMNS = 4;

  @Override
  public void normalise(
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
      float most) {
    for (int l = 0; l < CHANNELS; l += LANES) {
      for (int r = 0; r < rows; r++) {
        FloatVector z =
            FloatVector.fromArray(SPECIES, x, x0 + l + r * xPitch)
                .sub(FloatVector.fromArray(SPECIES, table, t0 + l))
                .mul(FloatVector.fromArray(SPECIES, table, t0 + l + FACTOR))
                .add(FloatVector.fromArray(SPECIES, table, t0 + l + SHIFT));
        z = z.blend(least, z.compare(VectorOperators.LT, least));
        z.blend(most, z.compare(VectorOperators.GT, most)).intoArray(y, y0 + l + r * yPitch);
      }
    }
  }

  @Override
  public void inputGradients(
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
      int t0) {
    for (int l = 0; l < CHANNELS; l += LANES) {
      for (int r = 0; r < rows; r++) {
        FloatVector along =
            FloatVector.fromArray(SPECIES, x, x0 + l + r * xPitch)
                .sub(FloatVector.fromArray(SPECIES, table, t0 + l))
                .mul(FloatVector.fromArray(SPECIES, table, t0 + l + PRODUCT));
        FloatVector.fromArray(SPECIES, dz, dz0 + l + r * dzPitch)
            .sub(FloatVector.fromArray(SPECIES, table, t0 + l + SLOPE))
            .sub(along)
            .mul(FloatVector.fromArray(SPECIES, table, t0 + l + FACTOR))
            .intoArray(dx, dx0 + l + r * dxPitch);
      }
    }
  }

  @Override
  public void clipGradients(
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
      int s0) {
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, s0 + l);
      FloatVector product = FloatVector.fromArray(SPECIES, sums, s0 + l + CHANNELS);
      for (int r = 0; r < rows; r++) {
        FloatVector apart =
            FloatVector.fromArray(SPECIES, x, x0 + l + r * xPitch)
                .sub(FloatVector.fromArray(SPECIES, table, t0 + l));
        FloatVector z =
            apart
                .mul(FloatVector.fromArray(SPECIES, table, t0 + l + FACTOR))
                .add(FloatVector.fromArray(SPECIES, table, t0 + l + SHIFT));
        VectorMask<Float> free =
            z.compare(VectorOperators.GT, least).and(z.compare(VectorOperators.LT, most));
        FloatVector gradient =
            FloatVector.zero(SPECIES)
                .blend(FloatVector.fromArray(SPECIES, from, from0 + l + r * fromPitch), free);
        gradient.intoArray(to, to0 + l + r * toPitch);
        sum = sum.add(gradient);
        product = gradient.fma(apart, product);
      }
      sum.intoArray(sums, s0 + l);
      product.intoArray(sums, s0 + l + CHANNELS);
    }
  }

  @Override
  public void moments(float[] x, int x0, int xPitch, int rows, float[] sums, int s0) {
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector squares = FloatVector.zero(SPECIES);
      for (int r = 0; r < rows; r++) {
        FloatVector apart =
            FloatVector.fromArray(SPECIES, x, x0 + l + r * xPitch)
                .sub(FloatVector.fromArray(SPECIES, x, x0 + l));
        sum = sum.add(apart);
        squares = apart.fma(apart, squares);
      }
      FloatVector.fromArray(SPECIES, x, x0 + l).intoArray(sums, s0 + l);
      sum.intoArray(sums, s0 + l + CHANNELS);
      squares.intoArray(sums, s0 + l + 2 * CHANNELS);
    }
  }

  @Override
  public void product(
      float[] c,
      int c0,
      int cPitch,
      float[] a,
      int a0,
      int aPitch,
      float[] b,
      int b0,
      int rows,
      int terms) {
    for (int l = 0; l < CHANNELS; l += PAIR) {
      int r = 0;
      for (; r + ROWS <= rows; r += ROWS) {
        product6(c, c0 + l + r * cPitch, cPitch, a, a0 + r * aPitch, aPitch, b, b0 + l, terms);
      }
      for (; r < rows; r++) {
        product1(c, c0 + l + r * cPitch, a, a0 + r * aPitch, b, b0 + l, terms);
      }
    }
  }

  private static void product6(
      float[] c, int c0, int cPitch, float[] a, int a0, int aPitch, float[] b, int b0, int terms) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s40 = FloatVector.zero(SPECIES);
    FloatVector s41 = FloatVector.zero(SPECIES);
    FloatVector s50 = FloatVector.zero(SPECIES);
    FloatVector s51 = FloatVector.zero(SPECIES);
    int a1 = a0 + aPitch;
    int a2 = a1 + aPitch;
    int a3 = a2 + aPitch;
    int a4 = a3 + aPitch;
    int a5 = a4 + aPitch;
    for (int t = 0; t < terms; t++) {
      FloatVector u = FloatVector.fromArray(SPECIES, b, b0 + CHANNELS * t);
      FloatVector v = FloatVector.fromArray(SPECIES, b, b0 + CHANNELS * t + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + t]);
      s00 = x.fma(u, s00);
      s01 = x.fma(v, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + t]);
      s10 = x.fma(u, s10);
      s11 = x.fma(v, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + t]);
      s20 = x.fma(u, s20);
      s21 = x.fma(v, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + t]);
      s30 = x.fma(u, s30);
      s31 = x.fma(v, s31);
      x = FloatVector.broadcast(SPECIES, a[a4 + t]);
      s40 = x.fma(u, s40);
      s41 = x.fma(v, s41);
      x = FloatVector.broadcast(SPECIES, a[a5 + t]);
      s50 = x.fma(u, s50);
      s51 = x.fma(v, s51);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c0 + cPitch);
    s11.intoArray(c, c0 + cPitch + LANES);
    s20.intoArray(c, c0 + 2 * cPitch);
    s21.intoArray(c, c0 + 2 * cPitch + LANES);
    s30.intoArray(c, c0 + 3 * cPitch);
    s31.intoArray(c, c0 + 3 * cPitch + LANES);
    s40.intoArray(c, c0 + 4 * cPitch);
    s41.intoArray(c, c0 + 4 * cPitch + LANES);
    s50.intoArray(c, c0 + 5 * cPitch);
    s51.intoArray(c, c0 + 5 * cPitch + LANES);
  }

  private static void product1(float[] c, int c0, float[] a, int a0, float[] b, int b0, int terms) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int t = 0; t < terms; t++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + t]);
      s0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + CHANNELS * t), s0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + CHANNELS * t + LANES), s1);
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + LANES);
  }

  @Override
  public void transposedProduct(
      float[] c,
      int c0,
      float[] a,
      int a0,
      int aPitch,
      int count,
      float[] b,
      int b0,
      int bPitch,
      int rows) {
    for (int l = 0; l < CHANNELS; l += PAIR) {
      int q = 0;
      for (; q + COLUMNS <= count; q += COLUMNS) {
        transposed4(c, c0 + l + q * CHANNELS, a, a0 + q, aPitch, b, b0 + l, bPitch, rows);
      }
      for (; q < count; q++) {
        transposed1(c, c0 + l + q * CHANNELS, a, a0 + q, aPitch, b, b0 + l, bPitch, rows);
      }
    }
  }

  private static void transposed4(
      float[] c, int c0, float[] a, int a0, int aPitch, float[] b, int b0, int bPitch, int rows) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, c, c0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, c, c0 + CHANNELS);
    FloatVector s11 = FloatVector.fromArray(SPECIES, c, c0 + CHANNELS + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, c, c0 + 2 * CHANNELS);
    FloatVector s21 = FloatVector.fromArray(SPECIES, c, c0 + 2 * CHANNELS + LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, c, c0 + 3 * CHANNELS);
    FloatVector s31 = FloatVector.fromArray(SPECIES, c, c0 + 3 * CHANNELS + LANES);
    for (int r = 0; r < rows; r++) {
      FloatVector u = FloatVector.fromArray(SPECIES, b, b0 + r * bPitch);
      FloatVector v = FloatVector.fromArray(SPECIES, b, b0 + r * bPitch + LANES);
      int at = a0 + r * aPitch;
      FloatVector x = FloatVector.broadcast(SPECIES, a[at]);
      s00 = x.fma(u, s00);
      s01 = x.fma(v, s01);
      x = FloatVector.broadcast(SPECIES, a[at + 1]);
      s10 = x.fma(u, s10);
      s11 = x.fma(v, s11);
      x = FloatVector.broadcast(SPECIES, a[at + 2]);
      s20 = x.fma(u, s20);
      s21 = x.fma(v, s21);
      x = FloatVector.broadcast(SPECIES, a[at + 3]);
      s30 = x.fma(u, s30);
      s31 = x.fma(v, s31);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c0 + CHANNELS);
    s11.intoArray(c, c0 + CHANNELS + LANES);
    s20.intoArray(c, c0 + 2 * CHANNELS);
    s21.intoArray(c, c0 + 2 * CHANNELS + LANES);
    s30.intoArray(c, c0 + 3 * CHANNELS);
    s31.intoArray(c, c0 + 3 * CHANNELS + LANES);
  }

  private static void transposed1(
      float[] c, int c0, float[] a, int a0, int aPitch, float[] b, int b0, int bPitch, int rows) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, c, c0);
    FloatVector s1 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
    for (int r = 0; r < rows; r++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + r * aPitch]);
      s0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + r * bPitch), s0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + r * bPitch + LANES), s1);
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + LANES);
  }

  @Override
  public void taps(
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
      int width) {
    for (int i = 0; i < height; i++) {
      for (int l = 0; l < CHANNELS; l += PAIR) {
        int to = y0 + l + i * width * yPitch;
        tapsRow(x, x0 + l + i * xRow, xStep, taps, w, w0 + l, y, to, yPitch, width);
      }
    }
  }

  private static void tapsRow(
      float[] x,
      int x0,
      int xStep,
      int[] taps,
      float[] w,
      int w0,
      float[] y,
      int y0,
      int yPitch,
      int width) {
    for (int j = 0; j < width; j++) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      for (int t = 0; t < taps.length; t++) {
        int at = x0 + j * xStep + taps[t];
        int by = w0 + t * CHANNELS;
        s0 = FloatVector.fromArray(SPECIES, x, at).fma(FloatVector.fromArray(SPECIES, w, by), s0);
        s1 =
            FloatVector.fromArray(SPECIES, x, at + LANES)
                .fma(FloatVector.fromArray(SPECIES, w, by + LANES), s1);
      }
      s0.intoArray(y, y0 + j * yPitch);
      s1.intoArray(y, y0 + j * yPitch + LANES);
    }
  }

  @Override
  public void tapInputs(
      float[] dx,
      int x0,
      int xRow,
      int xStep,
      int[] taps,
      float[] w,
      int w0,
      float[] dy,
      int height,
      int width) {
    for (int i = 0; i < height; i++) {
      for (int t = 0; t < taps.length; t++) {
        for (int l = 0; l < CHANNELS; l += LANES) {
          int at = x0 + l + i * xRow + taps[t];
          int from = l + i * width * CHANNELS;
          tapInputsRow(dx, at, xStep, w, w0 + l + t * CHANNELS, dy, from, width);
        }
      }
    }
  }

  private static void tapInputsRow(
      float[] dx, int x0, int xStep, float[] w, int w0, float[] dy, int from, int width) {
    for (int j = 0; j < width; j++) {
      FloatVector.fromArray(SPECIES, dy, from + j * CHANNELS)
          .fma(
              FloatVector.fromArray(SPECIES, w, w0),
              FloatVector.fromArray(SPECIES, dx, x0 + j * xStep))
          .intoArray(dx, x0 + j * xStep);
    }
  }

  @Override
  public void tapWeights(
      float[] x,
      int x0,
      int xRow,
      int xStep,
      int[] taps,
      float[] dw,
      int w0,
      float[] dy,
      int height,
      int width) {
    for (int i = 0; i < height; i++) {
      for (int t = 0; t < taps.length; t++) {
        for (int l = 0; l < CHANNELS; l += PAIR) {
          int at = x0 + l + i * xRow + taps[t];
          int from = l + i * width * CHANNELS;
          tapWeightsRow(x, at, xStep, dw, w0 + l + t * CHANNELS, dy, from, width);
        }
      }
    }
  }

  private static void tapWeightsRow(
      float[] x, int x0, int xStep, float[] dw, int w0, float[] dy, int from, int width) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, dw, w0);
    FloatVector s1 = FloatVector.fromArray(SPECIES, dw, w0 + LANES);
    for (int j = 0; j < width; j++) {
      int at = x0 + j * xStep;
      int by = from + j * CHANNELS;
      s0 = FloatVector.fromArray(SPECIES, x, at).fma(FloatVector.fromArray(SPECIES, dy, by), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, at + LANES)
              .fma(FloatVector.fromArray(SPECIES, dy, by + LANES), s1);
    }
    s0.intoArray(dw, w0);
    s1.intoArray(dw, w0 + LANES);
  }
}
