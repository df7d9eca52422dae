package io.espalier.engine;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API. One shape of loop per method and no branch inside: the compiler keeps
 * the sums in registers only then. No method takes or returns a vector: once such a method has been
 * compiled by itself the compiler may refuse to inline it, and every vector that passes through it
 * becomes an object for as long as the process lives. No vector but the sums is kept in a variable
 * around a loop either: what is alive where compiled code may have to give up can become an object
 * in every call. Lanes are summed in a fixed order by hand, because the API leaves the order of its
 * own reduction open.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > PAD
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int ROWS = 4;
  private static final int TERMS = 3;

  private static final FloatVector FIRST = FloatVector.zero(SPECIES);
  private static final FloatVector SECOND = FloatVector.broadcast(SPECIES, 1);
  private static final FloatVector THIRD = FloatVector.broadcast(SPECIES, 2);
  private static final FloatVector FOURTH = FloatVector.broadcast(SPECIES, 3);
  private static final VectorShuffle<Float> LOW_EVENS =
      VectorShuffle.fromOp(SPECIES, i -> i < LANES / 2 ? 2 * i : 0);
  private static final VectorShuffle<Float> LOW_ODDS =
      VectorShuffle.fromOp(SPECIES, i -> i < LANES / 2 ? 2 * i + 1 : 0);
  private static final VectorShuffle<Float> HIGH_EVENS =
      VectorShuffle.fromOp(SPECIES, i -> i < LANES / 2 ? 0 : 2 * i - LANES);
  private static final VectorShuffle<Float> HIGH_ODDS =
      VectorShuffle.fromOp(SPECIES, i -> i < LANES / 2 ? 0 : 2 * i + 1 - LANES);
  private static final VectorMask<Float> UPPER_HALF =
      VectorMask.fromLong(SPECIES, -1L << (LANES / 2));

  private final LaneKernels laneKernels = new VectorLaneKernels();
  private final WinogradKernels winograd = new VectorWinogradKernels();
  private final MatrixKernels matrices = new VectorMatrixKernels();
  private final float[] lanes = new float[ROWS * TERMS * PAD];

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
      int terms,
      int n) {
    int r = 0;
    for (; r + ROWS <= rows; r += ROWS) {
      combine4(
          c, c0 + r * cRow, cRow, a, a0 + r * aRow, aRow, aTerm, b, b0, bRows, bFrom, terms, n);
    }
    for (; r < rows; r++) {
      combine1(c, c0 + r * cRow, a, a0 + r * aRow, aTerm, b, b0, bRows, bFrom, terms, n);
    }
  }

  private static void combine4(
      float[] c,
      int c0,
      int cRow,
      float[] a,
      int a0,
      int aRow,
      int aTerm,
      float[] b,
      int b0,
      int[] bRows,
      int bFrom,
      int terms,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      int at = c0 + i;
      FloatVector s0 = FloatVector.fromArray(SPECIES, c, at);
      FloatVector s1 = FloatVector.fromArray(SPECIES, c, at + cRow);
      FloatVector s2 = FloatVector.fromArray(SPECIES, c, at + 2 * cRow);
      FloatVector s3 = FloatVector.fromArray(SPECIES, c, at + 3 * cRow);
      for (int t = 0; t < terms; t++) {
        FloatVector x = FloatVector.fromArray(SPECIES, b, b0 + bRows[bFrom + t] + i);
        int p = a0 + t * aTerm;
        s0 = x.fma(FloatVector.broadcast(SPECIES, a[p]), s0);
        s1 = x.fma(FloatVector.broadcast(SPECIES, a[p + aRow]), s1);
        s2 = x.fma(FloatVector.broadcast(SPECIES, a[p + 2 * aRow]), s2);
        s3 = x.fma(FloatVector.broadcast(SPECIES, a[p + 3 * aRow]), s3);
      }
      s0.intoArray(c, at);
      s1.intoArray(c, at + cRow);
      s2.intoArray(c, at + 2 * cRow);
      s3.intoArray(c, at + 3 * cRow);
    }
  }

  private static void combine1(
      float[] c,
      int c0,
      float[] a,
      int a0,
      int aTerm,
      float[] b,
      int b0,
      int[] bRows,
      int bFrom,
      int terms,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, c, c0 + i);
      for (int t = 0; t < terms; t++) {
        sum =
            FloatVector.fromArray(SPECIES, b, b0 + bRows[bFrom + t] + i)
                .fma(FloatVector.broadcast(SPECIES, a[a0 + t * aTerm]), sum);
      }
      sum.intoArray(c, c0 + i);
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
      int terms,
      int repeats,
      int n) {
    int r = 0;
    for (; r + ROWS <= rows; r += ROWS) {
      int t = 0;
      for (; t + TERMS <= terms; t += TERMS) {
        Arrays.fill(lanes, 0f);
        for (int q = 0; q < repeats; q++) {
          int yq = y0 + q * yRepeat;
          dots4x3(
              x,
              x0 + r * xRow + q * xRepeat,
              xRow,
              y,
              yq + yRows[yFrom + t],
              yq + yRows[yFrom + t + 1],
              yq + yRows[yFrom + t + 2],
              n);
        }
        collect(d, d0 + r * dRow + t * dTerm, dRow, dTerm, ROWS, TERMS);
      }
      for (; t < terms; t++) {
        Arrays.fill(lanes, 0f);
        for (int q = 0; q < repeats; q++) {
          int yq = y0 + q * yRepeat;
          dots4x1(x, x0 + r * xRow + q * xRepeat, xRow, y, yq + yRows[yFrom + t], n);
        }
        collect(d, d0 + r * dRow + t * dTerm, dRow, dTerm, ROWS, 1);
      }
    }
    for (; r < rows; r++) {
      for (int t = 0; t < terms; t++) {
        Arrays.fill(lanes, 0f);
        for (int q = 0; q < repeats; q++) {
          int yq = y0 + q * yRepeat;
          dots1x1(x, x0 + r * xRow + q * xRepeat, y, yq + yRows[yFrom + t], n);
        }
        collect(d, d0 + r * dRow + t * dTerm, dRow, dTerm, 1, 1);
      }
    }
  }

  /** Adds to the lanes of 4 x 3 sums. */
  private void dots4x3(float[] x, int x0, int xRow, float[] y, int y0, int y1, int y2, int n) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, lanes, 0);
    FloatVector s01 = FloatVector.fromArray(SPECIES, lanes, PAD);
    FloatVector s02 = FloatVector.fromArray(SPECIES, lanes, 2 * PAD);
    FloatVector s10 = FloatVector.fromArray(SPECIES, lanes, 3 * PAD);
    FloatVector s11 = FloatVector.fromArray(SPECIES, lanes, 4 * PAD);
    FloatVector s12 = FloatVector.fromArray(SPECIES, lanes, 5 * PAD);
    FloatVector s20 = FloatVector.fromArray(SPECIES, lanes, 6 * PAD);
    FloatVector s21 = FloatVector.fromArray(SPECIES, lanes, 7 * PAD);
    FloatVector s22 = FloatVector.fromArray(SPECIES, lanes, 8 * PAD);
    FloatVector s30 = FloatVector.fromArray(SPECIES, lanes, 9 * PAD);
    FloatVector s31 = FloatVector.fromArray(SPECIES, lanes, 10 * PAD);
    FloatVector s32 = FloatVector.fromArray(SPECIES, lanes, 11 * PAD);
    for (int i = 0; i < n; i += LANES) {
      FloatVector u0 = FloatVector.fromArray(SPECIES, y, y0 + i);
      FloatVector u1 = FloatVector.fromArray(SPECIES, y, y1 + i);
      FloatVector u2 = FloatVector.fromArray(SPECIES, y, y2 + i);
      FloatVector v = FloatVector.fromArray(SPECIES, x, x0 + i);
      s00 = v.fma(u0, s00);
      s01 = v.fma(u1, s01);
      s02 = v.fma(u2, s02);
      v = FloatVector.fromArray(SPECIES, x, x0 + xRow + i);
      s10 = v.fma(u0, s10);
      s11 = v.fma(u1, s11);
      s12 = v.fma(u2, s12);
      v = FloatVector.fromArray(SPECIES, x, x0 + 2 * xRow + i);
      s20 = v.fma(u0, s20);
      s21 = v.fma(u1, s21);
      s22 = v.fma(u2, s22);
      v = FloatVector.fromArray(SPECIES, x, x0 + 3 * xRow + i);
      s30 = v.fma(u0, s30);
      s31 = v.fma(u1, s31);
      s32 = v.fma(u2, s32);
    }
    s00.intoArray(lanes, 0);
    s01.intoArray(lanes, PAD);
    s02.intoArray(lanes, 2 * PAD);
    s10.intoArray(lanes, 3 * PAD);
    s11.intoArray(lanes, 4 * PAD);
    s12.intoArray(lanes, 5 * PAD);
    s20.intoArray(lanes, 6 * PAD);
    s21.intoArray(lanes, 7 * PAD);
    s22.intoArray(lanes, 8 * PAD);
    s30.intoArray(lanes, 9 * PAD);
    s31.intoArray(lanes, 10 * PAD);
    s32.intoArray(lanes, 11 * PAD);
  }

  /** Adds to the lanes of 4 sums. */
  private void dots4x1(float[] x, int x0, int xRow, float[] y, int y0, int n) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, lanes, 0);
    FloatVector s1 = FloatVector.fromArray(SPECIES, lanes, PAD);
    FloatVector s2 = FloatVector.fromArray(SPECIES, lanes, 2 * PAD);
    FloatVector s3 = FloatVector.fromArray(SPECIES, lanes, 3 * PAD);
    for (int i = 0; i < n; i += LANES) {
      FloatVector u = FloatVector.fromArray(SPECIES, y, y0 + i);
      s0 = FloatVector.fromArray(SPECIES, x, x0 + i).fma(u, s0);
      s1 = FloatVector.fromArray(SPECIES, x, x0 + xRow + i).fma(u, s1);
      s2 = FloatVector.fromArray(SPECIES, x, x0 + 2 * xRow + i).fma(u, s2);
      s3 = FloatVector.fromArray(SPECIES, x, x0 + 3 * xRow + i).fma(u, s3);
    }
    s0.intoArray(lanes, 0);
    s1.intoArray(lanes, PAD);
    s2.intoArray(lanes, 2 * PAD);
    s3.intoArray(lanes, 3 * PAD);
  }

  /** Adds to the lanes of one sum. */
  private void dots1x1(float[] x, int x0, float[] y, int y0, int n) {
    FloatVector sum = FloatVector.fromArray(SPECIES, lanes, 0);
    for (int i = 0; i < n; i += LANES) {
      sum =
          FloatVector.fromArray(SPECIES, x, x0 + i)
              .fma(FloatVector.fromArray(SPECIES, y, y0 + i), sum);
    }
    sum.intoArray(lanes, 0);
  }

  private void collect(float[] d, int d0, int dRow, int dTerm, int rows, int terms) {
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < terms; t++) {
        int from = (r * terms + t) * PAD;
        float s0 = 0;
        float s1 = 0;
        for (int i = from; i < from + LANES; i += 2) {
          s0 += lanes[i];
          s1 += lanes[i + 1];
        }
        d[d0 + r * dRow + t * dTerm] += s0 + s1;
      }
    }
  }

  @Override
  public void rectifyRows(
      float[] from, int f0, int fPitch, float[] to, int t0, int tPitch, int rows, int width) {
    for (int r = 0; r < rows; r++) {
      int f = f0 + r * fPitch;
      int t = t0 + r * tPitch;
      int i = 0;
      for (; i + LANES <= width; i += LANES) {
        FloatVector.fromArray(SPECIES, from, f + i)
            .max(FloatVector.zero(SPECIES))
            .intoArray(to, t + i);
      }
      if (i < width && width >= LANES) {
        FloatVector.fromArray(SPECIES, from, f + width - LANES)
            .max(FloatVector.zero(SPECIES))
            .intoArray(to, t + width - LANES);
        i = width;
      }
      for (; i < width; i++) {
        to[t + i] = Math.max(from[f + i], 0f);
      }
    }
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
    for (int r = 0; r < rows; r++) {
      int f = f0 + r * fPitch;
      int t = t0 + r * tPitch;
      int i = 0;
      for (; i + LANES <= width; i += LANES) {
        FloatVector.zero(SPECIES)
            .blend(
                FloatVector.fromArray(SPECIES, from, f + i),
                FloatVector.fromArray(SPECIES, output, f + i).compare(VectorOperators.GT, 0f))
            .intoArray(to, t + i);
      }
      if (i < width && width >= LANES) {
        FloatVector.zero(SPECIES)
            .blend(
                FloatVector.fromArray(SPECIES, from, f + width - LANES),
                FloatVector.fromArray(SPECIES, output, f + width - LANES)
                    .compare(VectorOperators.GT, 0f))
            .intoArray(to, t + width - LANES);
        i = width;
      }
      for (; i < width; i++) {
        to[t + i] = output[f + i] > 0 ? from[f + i] : 0;
      }
    }
  }

  @Override
  public void halve(float[] x, int x0, int xRow, float[] y, float[] winners, int y0, int width) {
    for (int j = 0; j < width; j += LANES) {
      int upper = x0 + 2 * j;
      int lower = upper + xRow;
      FloatVector a =
          FloatVector.fromArray(SPECIES, x, upper)
              .rearrange(LOW_EVENS)
              .blend(
                  FloatVector.fromArray(SPECIES, x, upper + LANES).rearrange(HIGH_EVENS),
                  UPPER_HALF);
      FloatVector b =
          FloatVector.fromArray(SPECIES, x, upper)
              .rearrange(LOW_ODDS)
              .blend(
                  FloatVector.fromArray(SPECIES, x, upper + LANES).rearrange(HIGH_ODDS),
                  UPPER_HALF);
      FloatVector c =
          FloatVector.fromArray(SPECIES, x, lower)
              .rearrange(LOW_EVENS)
              .blend(
                  FloatVector.fromArray(SPECIES, x, lower + LANES).rearrange(HIGH_EVENS),
                  UPPER_HALF);
      FloatVector d =
          FloatVector.fromArray(SPECIES, x, lower)
              .rearrange(LOW_ODDS)
              .blend(
                  FloatVector.fromArray(SPECIES, x, lower + LANES).rearrange(HIGH_ODDS),
                  UPPER_HALF);
      VectorMask<Float> right = a.lt(b);
      VectorMask<Float> lowerRight = c.lt(d);
      FloatVector above = a.blend(b, right);
      FloatVector below = c.blend(d, lowerRight);
      VectorMask<Float> down = above.lt(below);
      above.blend(below, down).intoArray(y, y0 + j);
      FIRST
          .blend(SECOND, right)
          .blend(THIRD.blend(FOURTH, lowerRight), down)
          .intoArray(winners, y0 + j);
    }
  }

  @Override
  public LaneKernels lanes() {
    return laneKernels;
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
    return "vector (" + SPECIES.vectorBitSize() + " bits)";
  }
}
