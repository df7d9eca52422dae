package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lane kernels on the Vector API, for up to 8 lanes: two vectors side by side fill a panel. The
 * rules of {@link VectorKernels} hold here too.
 */
final class VectorLaneKernels implements LaneKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > FloatVector.SPECIES_256.length()
          ? FloatVector.SPECIES_256
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PAIR = 2 * LANES;
  private static final int COLUMNS = 4;
  private static final int SIDE = 3;
  private static final int SQUARE = SIDE * SIDE;

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
      int at = x0 + i * xRow;
      int to = y0 + i * width * yPitch;
      for (int l = 0; l < CHANNELS; l += LANES) {
        if (taps.length == SQUARE) {
          squareRow(x, at + l, xStep, taps, w, w0 + l, y, to + l, yPitch, width);
        } else {
          tapsRow(x, at + l, xStep, taps, w, w0 + l, y, to + l, yPitch, width);
        }
      }
    }
  }

  /** A row of outputs under windows of 3x3, whose weights stay in registers. */
  private static void squareRow(
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
    FloatVector w00 = FloatVector.fromArray(SPECIES, w, w0);
    FloatVector w01 = FloatVector.fromArray(SPECIES, w, w0 + CHANNELS);
    FloatVector w02 = FloatVector.fromArray(SPECIES, w, w0 + 2 * CHANNELS);
    FloatVector w10 = FloatVector.fromArray(SPECIES, w, w0 + 3 * CHANNELS);
    FloatVector w11 = FloatVector.fromArray(SPECIES, w, w0 + 4 * CHANNELS);
    FloatVector w12 = FloatVector.fromArray(SPECIES, w, w0 + 5 * CHANNELS);
    FloatVector w20 = FloatVector.fromArray(SPECIES, w, w0 + 6 * CHANNELS);
    FloatVector w21 = FloatVector.fromArray(SPECIES, w, w0 + 7 * CHANNELS);
    FloatVector w22 = FloatVector.fromArray(SPECIES, w, w0 + 8 * CHANNELS);
    int top = x0 + taps[0];
    int middle = x0 + taps[3];
    int bottom = x0 + taps[6];
    int right = taps[1] - taps[0];
    for (int j = 0; j < width; j++) {
      int at = top + j * xStep;
      FloatVector s = FloatVector.fromArray(SPECIES, x, at).mul(w00);
      s = FloatVector.fromArray(SPECIES, x, at + right).fma(w01, s);
      s = FloatVector.fromArray(SPECIES, x, at + 2 * right).fma(w02, s);
      at = middle + j * xStep;
      s = FloatVector.fromArray(SPECIES, x, at).fma(w10, s);
      s = FloatVector.fromArray(SPECIES, x, at + right).fma(w11, s);
      s = FloatVector.fromArray(SPECIES, x, at + 2 * right).fma(w12, s);
      at = bottom + j * xStep;
      s = FloatVector.fromArray(SPECIES, x, at).fma(w20, s);
      s = FloatVector.fromArray(SPECIES, x, at + right).fma(w21, s);
      s = FloatVector.fromArray(SPECIES, x, at + 2 * right).fma(w22, s);
      s.intoArray(y, y0 + j * yPitch);
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
      FloatVector s = FloatVector.zero(SPECIES);
      for (int t = 0; t < taps.length; t++) {
        s =
            FloatVector.fromArray(SPECIES, x, x0 + j * xStep + taps[t])
                .fma(FloatVector.fromArray(SPECIES, w, w0 + t * CHANNELS), s);
      }
      s.intoArray(y, y0 + j * yPitch);
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
      int dy0,
      int dyRow,
      int dyStep,
      int height,
      int width) {
    for (int i = 0; i < height; i++) {
      int from = dy0 + i * dyRow;
      int t = 0;
      for (; t + SIDE <= taps.length; t += SIDE) {
        for (int l = 0; l < CHANNELS; l += PAIR) {
          int at = x0 + l + i * xRow;
          int to = w0 + l + t * CHANNELS;
          tapWeights3(x, at, xStep, taps, t, dw, to, dy, from + l, dyStep, width);
        }
      }
      for (; t < taps.length; t++) {
        for (int l = 0; l < CHANNELS; l += PAIR) {
          int at = x0 + l + i * xRow + taps[t];
          tapWeights1(x, at, xStep, dw, w0 + l + t * CHANNELS, dy, from + l, dyStep, width);
        }
      }
    }
  }

  /** Three taps at a time: as many sums as it takes to keep the multipliers busy. */
  private static void tapWeights3(
      float[] x,
      int x0,
      int xStep,
      int[] taps,
      int tap,
      float[] dw,
      int w0,
      float[] dy,
      int from,
      int dyStep,
      int width) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, dw, w0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, dw, w0 + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, dw, w0 + CHANNELS);
    FloatVector s11 = FloatVector.fromArray(SPECIES, dw, w0 + CHANNELS + LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, dw, w0 + 2 * CHANNELS);
    FloatVector s21 = FloatVector.fromArray(SPECIES, dw, w0 + 2 * CHANNELS + LANES);
    int x1 = x0 + taps[tap];
    int x2 = x0 + taps[tap + 1];
    int x3 = x0 + taps[tap + 2];
    for (int j = 0; j < width; j++) {
      FloatVector u = FloatVector.fromArray(SPECIES, dy, from + j * dyStep);
      FloatVector v = FloatVector.fromArray(SPECIES, dy, from + j * dyStep + LANES);
      int at = j * xStep;
      s00 = FloatVector.fromArray(SPECIES, x, x1 + at).fma(u, s00);
      s01 = FloatVector.fromArray(SPECIES, x, x1 + at + LANES).fma(v, s01);
      s10 = FloatVector.fromArray(SPECIES, x, x2 + at).fma(u, s10);
      s11 = FloatVector.fromArray(SPECIES, x, x2 + at + LANES).fma(v, s11);
      s20 = FloatVector.fromArray(SPECIES, x, x3 + at).fma(u, s20);
      s21 = FloatVector.fromArray(SPECIES, x, x3 + at + LANES).fma(v, s21);
    }
    s00.intoArray(dw, w0);
    s01.intoArray(dw, w0 + LANES);
    s10.intoArray(dw, w0 + CHANNELS);
    s11.intoArray(dw, w0 + CHANNELS + LANES);
    s20.intoArray(dw, w0 + 2 * CHANNELS);
    s21.intoArray(dw, w0 + 2 * CHANNELS + LANES);
  }

  private static void tapWeights1(
      float[] x,
      int x0,
      int xStep,
      float[] dw,
      int w0,
      float[] dy,
      int from,
      int dyStep,
      int width) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, dw, w0);
    FloatVector s1 = FloatVector.fromArray(SPECIES, dw, w0 + LANES);
    for (int j = 0; j < width; j++) {
      int at = x0 + j * xStep;
      int by = from + j * dyStep;
      s0 = FloatVector.fromArray(SPECIES, x, at).fma(FloatVector.fromArray(SPECIES, dy, by), s0);
      s1 =
          FloatVector.fromArray(SPECIES, x, at + LANES)
              .fma(FloatVector.fromArray(SPECIES, dy, by + LANES), s1);
    }
    s0.intoArray(dw, w0);
    s1.intoArray(dw, w0 + LANES);
  }
}
