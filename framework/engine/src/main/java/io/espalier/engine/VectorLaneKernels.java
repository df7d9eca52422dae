package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
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
    for (int l = 0; l < CHANNELS; l += PAIR) {
      normalisePair(x, x0 + l, xPitch, y, y0 + l, yPitch, rows, table, t0 + l, least, most);
    }
  }

  private static void normalisePair(
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
    FloatVector mean0 = FloatVector.fromArray(SPECIES, table, t0);
    FloatVector mean1 = FloatVector.fromArray(SPECIES, table, t0 + LANES);
    FloatVector factor0 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR);
    FloatVector factor1 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR + LANES);
    FloatVector shift0 = FloatVector.fromArray(SPECIES, table, t0 + SHIFT);
    FloatVector shift1 = FloatVector.fromArray(SPECIES, table, t0 + SHIFT + LANES);
    for (int r = 0; r < rows; r++) {
      int at = x0 + r * xPitch;
      int to = y0 + r * yPitch;
      FloatVector z = FloatVector.fromArray(SPECIES, x, at).sub(mean0).mul(factor0).add(shift0);
      z = z.blend(least, z.compare(VectorOperators.LT, least));
      z.blend(most, z.compare(VectorOperators.GT, most)).intoArray(y, to);
      z = FloatVector.fromArray(SPECIES, x, at + LANES).sub(mean1).mul(factor1).add(shift1);
      z = z.blend(least, z.compare(VectorOperators.LT, least));
      z.blend(most, z.compare(VectorOperators.GT, most)).intoArray(y, to + LANES);
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
    for (int l = 0; l < CHANNELS; l += PAIR) {
      gradientPair(
          x, x0 + l, xPitch, dz, dz0 + l, dzPitch, dx, dx0 + l, dxPitch, rows, table, t0 + l);
    }
  }

  private static void gradientPair(
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
    FloatVector mean0 = FloatVector.fromArray(SPECIES, table, t0);
    FloatVector mean1 = FloatVector.fromArray(SPECIES, table, t0 + LANES);
    FloatVector factor0 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR);
    FloatVector factor1 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR + LANES);
    FloatVector slope0 = FloatVector.fromArray(SPECIES, table, t0 + SLOPE);
    FloatVector slope1 = FloatVector.fromArray(SPECIES, table, t0 + SLOPE + LANES);
    FloatVector product0 = FloatVector.fromArray(SPECIES, table, t0 + PRODUCT);
    FloatVector product1 = FloatVector.fromArray(SPECIES, table, t0 + PRODUCT + LANES);
    for (int r = 0; r < rows; r++) {
      int at = x0 + r * xPitch;
      int from = dz0 + r * dzPitch;
      int to = dx0 + r * dxPitch;
      FloatVector along = FloatVector.fromArray(SPECIES, x, at).sub(mean0).mul(product0);
      FloatVector.fromArray(SPECIES, dz, from)
          .sub(slope0)
          .sub(along)
          .mul(factor0)
          .intoArray(dx, to);
      along = FloatVector.fromArray(SPECIES, x, at + LANES).sub(mean1).mul(product1);
      FloatVector.fromArray(SPECIES, dz, from + LANES)
          .sub(slope1)
          .sub(along)
          .mul(factor1)
          .intoArray(dx, to + LANES);
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
    for (int l = 0; l < CHANNELS; l += PAIR) {
      int f = from0 + l;
      int t = t0 + l;
      clipPair(
          x, x0 + l, xPitch, from, f, fromPitch, to, to0 + l, toPitch, rows, table, t, least, most,
          sums, s0 + l);
    }
  }

  private static void clipPair(
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
    FloatVector mean0 = FloatVector.fromArray(SPECIES, table, t0);
    FloatVector mean1 = FloatVector.fromArray(SPECIES, table, t0 + LANES);
    FloatVector factor0 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR);
    FloatVector factor1 = FloatVector.fromArray(SPECIES, table, t0 + FACTOR + LANES);
    FloatVector shift0 = FloatVector.fromArray(SPECIES, table, t0 + SHIFT);
    FloatVector shift1 = FloatVector.fromArray(SPECIES, table, t0 + SHIFT + LANES);
    FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, s0);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, s0 + LANES);
    FloatVector product0 = FloatVector.fromArray(SPECIES, sums, s0 + CHANNELS);
    FloatVector product1 = FloatVector.fromArray(SPECIES, sums, s0 + CHANNELS + LANES);
    for (int r = 0; r < rows; r++) {
      int at = x0 + r * xPitch;
      int f = from0 + r * fromPitch;
      int t = to0 + r * toPitch;
      FloatVector apart = FloatVector.fromArray(SPECIES, x, at).sub(mean0);
      FloatVector z = apart.mul(factor0).add(shift0);
      FloatVector g =
          FloatVector.fromArray(SPECIES, from, f)
              .blend(0f, z.compare(VectorOperators.LE, least))
              .blend(0f, z.compare(VectorOperators.GE, most));
      g.intoArray(to, t);
      sum0 = sum0.add(g);
      product0 = g.fma(apart, product0);
      apart = FloatVector.fromArray(SPECIES, x, at + LANES).sub(mean1);
      z = apart.mul(factor1).add(shift1);
      g =
          FloatVector.fromArray(SPECIES, from, f + LANES)
              .blend(0f, z.compare(VectorOperators.LE, least))
              .blend(0f, z.compare(VectorOperators.GE, most));
      g.intoArray(to, t + LANES);
      sum1 = sum1.add(g);
      product1 = g.fma(apart, product1);
    }
    sum0.intoArray(sums, s0);
    sum1.intoArray(sums, s0 + LANES);
    product0.intoArray(sums, s0 + CHANNELS);
    product1.intoArray(sums, s0 + CHANNELS + LANES);
  }

  @Override
  public void moments(float[] x, int x0, int xPitch, int rows, float[] sums, int s0) {
    for (int l = 0; l < CHANNELS; l += PAIR) {
      momentsPair(x, x0 + l, xPitch, rows, sums, s0 + l);
    }
  }

  private static void momentsPair(float[] x, int x0, int xPitch, int rows, float[] sums, int s0) {
    FloatVector first0 = FloatVector.fromArray(SPECIES, x, x0);
    FloatVector first1 = FloatVector.fromArray(SPECIES, x, x0 + LANES);
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector squares0 = FloatVector.zero(SPECIES);
    FloatVector squares1 = FloatVector.zero(SPECIES);
    for (int r = 0; r < rows; r++) {
      int at = x0 + r * xPitch;
      FloatVector apart = FloatVector.fromArray(SPECIES, x, at).sub(first0);
      sum0 = sum0.add(apart);
      squares0 = apart.fma(apart, squares0);
      apart = FloatVector.fromArray(SPECIES, x, at + LANES).sub(first1);
      sum1 = sum1.add(apart);
      squares1 = apart.fma(apart, squares1);
    }
    FloatVector.fromArray(SPECIES, x, x0).intoArray(sums, s0);
    FloatVector.fromArray(SPECIES, x, x0 + LANES).intoArray(sums, s0 + LANES);
    sum0.intoArray(sums, s0 + CHANNELS);
    sum1.intoArray(sums, s0 + CHANNELS + LANES);
    squares0.intoArray(sums, s0 + 2 * CHANNELS);
    squares1.intoArray(sums, s0 + 2 * CHANNELS + LANES);
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
    int even = rows / 2 * 2;
    for (int l = 0; l < CHANNELS; l += PAIR) {
      int q = 0;
      for (; q + COLUMNS <= count; q += COLUMNS) {
        transposed4(c, c0 + l + q * CHANNELS, a, a0 + q, aPitch, b, b0 + l, bPitch, even);
      }
      for (; q < count; q++) {
        transposed1(c, c0 + l + q * CHANNELS, a, a0 + q, aPitch, b, b0 + l, bPitch, even);
      }
      int a1 = a0 + even * aPitch;
      int b1 = b0 + even * bPitch + l;
      for (q = 0; q < count && even < rows; q++) {
        transposed1(c, c0 + l + q * CHANNELS, a, a1 + q, aPitch, b, b1, bPitch, 1);
      }
    }
  }

  /** Four columns of the left matrix; an even number of rows. */
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
    int at = a0;
    int from = b0;
    for (int r = 0; r < rows; r += 2) {
      FloatVector u = FloatVector.fromArray(SPECIES, b, from);
      FloatVector v = FloatVector.fromArray(SPECIES, b, from + LANES);
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
      at += aPitch;
      from += bPitch;
      u = FloatVector.fromArray(SPECIES, b, from);
      v = FloatVector.fromArray(SPECIES, b, from + LANES);
      x = FloatVector.broadcast(SPECIES, a[at]);
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
      at += aPitch;
      from += bPitch;
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
    VectorTapKernels.taps(x, x0, xRow, xStep, taps, w, w0, y, y0, yPitch, height, width);
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
    VectorTapKernels.tapWeights(
        x, x0, xRow, xStep, taps, dw, w0, dy, dy0, dyRow, dyStep, height, width);
  }
}
