package io.espalier.engine;

/** The maps in plain loops: columns into a buffer, then rows. */
final class PlainWinogradKernels implements WinogradKernels {
  private static final int CHANNELS = Kernels.PAD;
  private static final int LINE = 6 * CHANNELS;
  private static final float SIXTH = 1f / 6;
  private static final float TWELFTH = 1f / 12;
  private static final float TWENTY_FOURTH = 1f / 24;

  private final float[] half = new float[6 * LINE];

  @Override
  public void inputs(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn) {
    for (int j = 0; j < 6; j++) {
      inputs(from, f0 + j * fColumn, fRow, half, j * CHANNELS, LINE);
    }
    for (int i = 0; i < 6; i++) {
      inputs(half, i * LINE, CHANNELS, to, t0 + i * tRow, tColumn);
    }
  }

  private static void inputs(float[] from, int f0, int fStep, float[] to, int t0, int tStep) {
    for (int l = 0; l < CHANNELS; l++) {
      float x0 = from[f0 + l];
      float x1 = from[f0 + l + fStep];
      float x2 = from[f0 + l + 2 * fStep];
      float x3 = from[f0 + l + 3 * fStep];
      float x4 = from[f0 + l + 4 * fStep];
      float x5 = from[f0 + l + 5 * fStep];
      float a = x4 - 4f * x2;
      float b = x3 - 4f * x1;
      float c = x4 - x2;
      float d = 2f * x3 - 2f * x1;
      to[t0 + l] = 4f * x0 - 5f * x2 + x4;
      to[t0 + l + tStep] = a + b;
      to[t0 + l + 2 * tStep] = a - b;
      to[t0 + l + 3 * tStep] = c + d;
      to[t0 + l + 4 * tStep] = c - d;
      to[t0 + l + 5 * tStep] = 4f * x1 - 5f * x3 + x5;
    }
  }

  @Override
  public void outputs(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn) {
    for (int j = 0; j < 6; j++) {
      outputs(from, f0 + j * fColumn, fRow, half, j * CHANNELS, LINE);
    }
    for (int i = 0; i < 4; i++) {
      outputs(half, i * LINE, CHANNELS, to, t0 + i * tRow, tColumn);
    }
  }

  private static void outputs(float[] from, int f0, int fStep, float[] to, int t0, int tStep) {
    for (int l = 0; l < CHANNELS; l++) {
      float x0 = from[f0 + l];
      float x1 = from[f0 + l + fStep];
      float x2 = from[f0 + l + 2 * fStep];
      float x3 = from[f0 + l + 3 * fStep];
      float x4 = from[f0 + l + 4 * fStep];
      float x5 = from[f0 + l + 5 * fStep];
      float a = x1 + x2;
      float b = x1 - x2;
      float c = x3 + x4;
      float d = x3 - x4;
      to[t0 + l] = x0 + a + c;
      to[t0 + l + tStep] = b + 2f * d;
      to[t0 + l + 2 * tStep] = a + 4f * c;
      to[t0 + l + 3 * tStep] = b + 8f * d + x5;
    }
  }

  @Override
  public void outputGradients(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn) {
    for (int j = 0; j < 4; j++) {
      outputGradients(from, f0 + j * fColumn, fRow, half, j * CHANNELS, LINE);
    }
    for (int i = 0; i < 6; i++) {
      outputGradients(half, i * LINE, CHANNELS, to, t0 + i * tRow, tColumn);
    }
  }

  private static void outputGradients(
      float[] from, int f0, int fStep, float[] to, int t0, int tStep) {
    for (int l = 0; l < CHANNELS; l++) {
      float x0 = from[f0 + l];
      float x1 = from[f0 + l + fStep];
      float x2 = from[f0 + l + 2 * fStep];
      float x3 = from[f0 + l + 3 * fStep];
      float a = x0 + x2;
      float b = x1 + x3;
      float c = x0 + 4f * x2;
      float d = 2f * x1 + 8f * x3;
      to[t0 + l] = x0;
      to[t0 + l + tStep] = a + b;
      to[t0 + l + 2 * tStep] = a - b;
      to[t0 + l + 3 * tStep] = c + d;
      to[t0 + l + 4 * tStep] = c - d;
      to[t0 + l + 5 * tStep] = x3;
    }
  }

  @Override
  public void weights(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn) {
    for (int j = 0; j < 3; j++) {
      weights(from, f0 + j * fColumn, fRow, half, j * CHANNELS, LINE);
    }
    for (int i = 0; i < 6; i++) {
      weights(half, i * LINE, CHANNELS, to, t0 + i * tRow, tColumn);
    }
  }

  private static void weights(float[] from, int f0, int fStep, float[] to, int t0, int tStep) {
    for (int l = 0; l < CHANNELS; l++) {
      float x0 = from[f0 + l];
      float x1 = from[f0 + l + fStep];
      float x2 = from[f0 + l + 2 * fStep];
      float a = x0 + x2;
      float b = SIXTH * x2 + TWENTY_FOURTH * x0;
      float c = TWELFTH * x1;
      to[t0 + l] = 0.25f * x0;
      to[t0 + l + tStep] = -SIXTH * a - SIXTH * x1;
      to[t0 + l + 2 * tStep] = SIXTH * x1 - SIXTH * a;
      to[t0 + l + 3 * tStep] = b + c;
      to[t0 + l + 4 * tStep] = b - c;
      to[t0 + l + 5 * tStep] = x2;
    }
  }

  @Override
  public void weightGradients(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn) {
    for (int j = 0; j < 6; j++) {
      weightGradients(from, f0 + j * fColumn, fRow, half, j * CHANNELS, LINE);
    }
    for (int i = 0; i < 3; i++) {
      weightGradients(half, i * LINE, CHANNELS, to, t0 + i * tRow, tColumn);
    }
  }

  private static void weightGradients(
      float[] from, int f0, int fStep, float[] to, int t0, int tStep) {
    for (int l = 0; l < CHANNELS; l++) {
      float x0 = from[f0 + l];
      float x1 = from[f0 + l + fStep];
      float x2 = from[f0 + l + 2 * fStep];
      float x3 = from[f0 + l + 3 * fStep];
      float x4 = from[f0 + l + 4 * fStep];
      float x5 = from[f0 + l + 5 * fStep];
      float a = x1 + x2;
      float b = x3 + x4;
      float c = x2 - x1;
      float d = x3 - x4;
      to[t0 + l] = 0.25f * x0 - SIXTH * a + TWENTY_FOURTH * b;
      to[t0 + l + tStep] = SIXTH * c + TWELFTH * d;
      to[t0 + l + 2 * tStep] = SIXTH * b - SIXTH * a + x5;
    }
  }
}
