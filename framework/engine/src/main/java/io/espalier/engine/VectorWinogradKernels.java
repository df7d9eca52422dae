package io.espalier.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The maps on the Vector API: columns into a buffer, then rows. */
final class VectorWinogradKernels implements WinogradKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.PAD
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
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
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, f0 + l);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, f0 + l + fStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, f0 + l + 2 * fStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, f0 + l + 3 * fStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, f0 + l + 4 * fStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, f0 + l + 5 * fStep);
      FloatVector a = x4.sub(x2.mul(4f));
      FloatVector b = x3.sub(x1.mul(4f));
      FloatVector c = x4.sub(x2);
      FloatVector d = x3.mul(2f).sub(x1.mul(2f));
      x0.mul(4f).sub(x2.mul(5f)).add(x4).intoArray(to, t0 + l);
      a.add(b).intoArray(to, t0 + l + tStep);
      a.sub(b).intoArray(to, t0 + l + 2 * tStep);
      c.add(d).intoArray(to, t0 + l + 3 * tStep);
      c.sub(d).intoArray(to, t0 + l + 4 * tStep);
      x1.mul(4f).sub(x3.mul(5f)).add(x5).intoArray(to, t0 + l + 5 * tStep);
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
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, f0 + l);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, f0 + l + fStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, f0 + l + 2 * fStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, f0 + l + 3 * fStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, f0 + l + 4 * fStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, f0 + l + 5 * fStep);
      FloatVector a = x1.add(x2);
      FloatVector b = x1.sub(x2);
      FloatVector c = x3.add(x4);
      FloatVector d = x3.sub(x4);
      x0.add(a).add(c).intoArray(to, t0 + l);
      b.add(d.mul(2f)).intoArray(to, t0 + l + tStep);
      a.add(c.mul(4f)).intoArray(to, t0 + l + 2 * tStep);
      b.add(d.mul(8f)).add(x5).intoArray(to, t0 + l + 3 * tStep);
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
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, f0 + l);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, f0 + l + fStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, f0 + l + 2 * fStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, f0 + l + 3 * fStep);
      FloatVector a = x0.add(x2);
      FloatVector b = x1.add(x3);
      FloatVector c = x0.add(x2.mul(4f));
      FloatVector d = x1.mul(2f).add(x3.mul(8f));
      x0.intoArray(to, t0 + l);
      a.add(b).intoArray(to, t0 + l + tStep);
      a.sub(b).intoArray(to, t0 + l + 2 * tStep);
      c.add(d).intoArray(to, t0 + l + 3 * tStep);
      c.sub(d).intoArray(to, t0 + l + 4 * tStep);
      x3.intoArray(to, t0 + l + 5 * tStep);
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
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, f0 + l);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, f0 + l + fStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, f0 + l + 2 * fStep);
      FloatVector a = x0.add(x2);
      FloatVector b = x2.mul(SIXTH).add(x0.mul(TWENTY_FOURTH));
      FloatVector c = x1.mul(TWELFTH);
      x0.mul(0.25f).intoArray(to, t0 + l);
      a.mul(-SIXTH).sub(x1.mul(SIXTH)).intoArray(to, t0 + l + tStep);
      x1.mul(SIXTH).sub(a.mul(SIXTH)).intoArray(to, t0 + l + 2 * tStep);
      b.add(c).intoArray(to, t0 + l + 3 * tStep);
      b.sub(c).intoArray(to, t0 + l + 4 * tStep);
      x2.intoArray(to, t0 + l + 5 * tStep);
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
    for (int l = 0; l < CHANNELS; l += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, f0 + l);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, f0 + l + fStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, f0 + l + 2 * fStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, f0 + l + 3 * fStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, f0 + l + 4 * fStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, f0 + l + 5 * fStep);
      FloatVector a = x1.add(x2);
      FloatVector b = x3.add(x4);
      FloatVector c = x2.sub(x1);
      FloatVector d = x3.sub(x4);
      x0.mul(0.25f).sub(a.mul(SIXTH)).add(b.mul(TWENTY_FOURTH)).intoArray(to, t0 + l);
      c.mul(SIXTH).add(d.mul(TWELFTH)).intoArray(to, t0 + l + tStep);
      b.mul(SIXTH).sub(a.mul(SIXTH)).add(x5).intoArray(to, t0 + l + 2 * tStep);
    }
  }
}
