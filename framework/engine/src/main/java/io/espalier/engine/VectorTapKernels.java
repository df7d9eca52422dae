package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolutions of channels that lie side by side on the Vector API; see {@link
 * LaneKernels}. The rules of {@link VectorKernels} hold here too.
 */
final class VectorTapKernels {
  private static final int CHANNELS = LaneKernels.CHANNELS;
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > FloatVector.SPECIES_256.length()
          ? FloatVector.SPECIES_256
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PAIR = 2 * LANES;
  private static final int SIDE = 3;
  private static final int SQUARE = SIDE * SIDE;

  private VectorTapKernels() {}

  /** See {@link LaneKernels#taps}. */
  static void taps(
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
          int pairs = Math.abs(taps[1] - taps[0]) == xStep ? width / 2 : 0;
          squarePairs(x, at + l, xStep, taps, w, w0 + l, y, to + l, yPitch, pairs);
          int done = 2 * pairs;
          int rest = to + l + done * yPitch;
          squareRow(
              x, at + l + done * xStep, xStep, taps, w, w0 + l, y, rest, yPitch, width - done);
        } else {
          tapsRow(x, at + l, xStep, taps, w, w0 + l, y, to + l, yPitch, width);
        }
      }
    }
  }

  /**
   * Two outputs at a time of a row under windows of 3x3 that move by as much as their taps are
   * apart, so that the outputs share four of six numbers of each row.
   */
  private static void squarePairs(
      float[] x,
      int x0,
      int xStep,
      int[] taps,
      float[] w,
      int w0,
      float[] y,
      int y0,
      int yPitch,
      int pairs) {
    boolean turned = taps[1] < taps[0];
    int left = turned ? 2 * CHANNELS : 0;
    int right = 2 * CHANNELS - left;
    FloatVector w00 = FloatVector.fromArray(SPECIES, w, w0 + left);
    FloatVector w01 = FloatVector.fromArray(SPECIES, w, w0 + CHANNELS);
    FloatVector w02 = FloatVector.fromArray(SPECIES, w, w0 + right);
    FloatVector w10 = FloatVector.fromArray(SPECIES, w, w0 + 3 * CHANNELS + left);
    FloatVector w11 = FloatVector.fromArray(SPECIES, w, w0 + 4 * CHANNELS);
    FloatVector w12 = FloatVector.fromArray(SPECIES, w, w0 + 3 * CHANNELS + right);
    FloatVector w20 = FloatVector.fromArray(SPECIES, w, w0 + 6 * CHANNELS + left);
    FloatVector w21 = FloatVector.fromArray(SPECIES, w, w0 + 7 * CHANNELS);
    FloatVector w22 = FloatVector.fromArray(SPECIES, w, w0 + 6 * CHANNELS + right);
    int top = x0 + taps[turned ? 2 : 0];
    int middle = x0 + taps[turned ? 5 : 3];
    int bottom = x0 + taps[turned ? 8 : 6];
    for (int j = 0; j < pairs; j++) {
      int at = top + 2 * j * xStep;
      FloatVector s = FloatVector.fromArray(SPECIES, x, at).mul(w00);
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + xStep);
      s = v.fma(w01, s);
      FloatVector u = v.mul(w00);
      v = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
      s = v.fma(w02, s);
      u = v.fma(w01, u);
      u = FloatVector.fromArray(SPECIES, x, at + 3 * xStep).fma(w02, u);
      at = middle + 2 * j * xStep;
      s = FloatVector.fromArray(SPECIES, x, at).fma(w10, s);
      v = FloatVector.fromArray(SPECIES, x, at + xStep);
      s = v.fma(w11, s);
      u = v.fma(w10, u);
      v = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
      s = v.fma(w12, s);
      u = v.fma(w11, u);
      u = FloatVector.fromArray(SPECIES, x, at + 3 * xStep).fma(w12, u);
      at = bottom + 2 * j * xStep;
      s = FloatVector.fromArray(SPECIES, x, at).fma(w20, s);
      v = FloatVector.fromArray(SPECIES, x, at + xStep);
      s = v.fma(w21, s);
      u = v.fma(w20, u);
      v = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
      s = v.fma(w22, s);
      u = v.fma(w21, u);
      u = FloatVector.fromArray(SPECIES, x, at + 3 * xStep).fma(w22, u);
      s.intoArray(y, y0 + 2 * j * yPitch);
      u.intoArray(y, y0 + 2 * j * yPitch + yPitch);
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

  /** See {@link LaneKernels#tapWeights}. */
  static void tapWeights(
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
