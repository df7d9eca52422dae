package io.espalier.engine;

/** Lane kernels as plain loops. */
final class PlainLaneKernels implements LaneKernels {
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
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < CHANNELS; l++) {
        float z = normalised(x[x0 + r * xPitch + l], table, t0 + l);
        y[y0 + r * yPitch + l] = Math.min(most, Math.max(least, z));
      }
    }
  }

  private static float normalised(float x, float[] table, int at) {
    return (x - table[at]) * table[at + FACTOR] + table[at + SHIFT];
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
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < CHANNELS; l++) {
        int at = t0 + l;
        float along = (x[x0 + r * xPitch + l] - table[at]) * table[at + PRODUCT];
        dx[dx0 + r * dxPitch + l] =
            table[at + FACTOR] * (dz[dz0 + r * dzPitch + l] - table[at + SLOPE] - along);
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
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < CHANNELS; l++) {
        float number = x[x0 + r * xPitch + l];
        float z = normalised(number, table, t0 + l);
        float gradient = z > least && z < most ? from[from0 + r * fromPitch + l] : 0;
        to[to0 + r * toPitch + l] = gradient;
        sums[s0 + l] += gradient;
        sums[s0 + CHANNELS + l] += gradient * (number - table[t0 + l]);
      }
    }
  }

  @Override
  public void moments(float[] x, int x0, int xPitch, int rows, float[] sums, int s0) {
    for (int l = 0; l < CHANNELS; l++) {
      float shift = x[x0 + l];
      float sum = 0;
      float squares = 0;
      for (int r = 0; r < rows; r++) {
        float apart = x[x0 + r * xPitch + l] - shift;
        sum += apart;
        squares += apart * apart;
      }
      sums[s0 + l] = shift;
      sums[s0 + CHANNELS + l] = sum;
      sums[s0 + 2 * CHANNELS + l] = squares;
    }
  }

  private static void add(float[] c, int c0, float factor, float[] b, int b0) {
    for (int j = 0; j < CHANNELS; j++) {
      c[c0 + j] += factor * b[b0 + j];
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
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < count; q++) {
        add(c, c0 + q * CHANNELS, a[a0 + r * aPitch + q], b, b0 + r * bPitch);
      }
    }
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
      for (int j = 0; j < width; j++) {
        int to = y0 + (i * width + j) * yPitch;
        int at = x0 + i * xRow + j * xStep;
        for (int l = 0; l < CHANNELS; l++) {
          float sum = 0;
          for (int t = 0; t < taps.length; t++) {
            sum += w[w0 + t * CHANNELS + l] * x[at + taps[t] + l];
          }
          y[to + l] = sum;
        }
      }
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
      for (int j = 0; j < width; j++) {
        int from = dy0 + i * dyRow + j * dyStep;
        int at = x0 + i * xRow + j * xStep;
        for (int t = 0; t < taps.length; t++) {
          for (int l = 0; l < CHANNELS; l++) {
            dw[w0 + t * CHANNELS + l] += x[at + taps[t] + l] * dy[from + l];
          }
        }
      }
    }
  }
}
