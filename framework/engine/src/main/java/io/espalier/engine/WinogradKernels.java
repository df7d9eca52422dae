package io.espalier.engine;

/**
 * The linear maps of the minimal filtering algorithm F(4x4, 3x3) of Winograd (Lavin and Gray 2016,
 * "Fast Algorithms for Convolutional Neural Networks"), on {@link Kernels#PAD} channels that lie
 * side by side: a tile of 4 x 4 outputs takes 36 products instead of 144. The interpolation points
 * are 0, 1, -1, 2, -2 and infinity. Each map reads a square whose element (i, j) lies at {@code f0
 * + i fRow + j fColumn}, and writes one likewise.
 */
interface WinogradKernels {
  /** A tile of 6 x 6 inputs. */
  void inputs(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);

  /** The 4 x 4 outputs of a tile. */
  void outputs(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);

  /** Gradients of a tile's 4 x 4 outputs, brought back to its 6 x 6 products. */
  void outputGradients(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);

  /** A window of 3 x 3 weights. */
  void weights(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);

  /** Gradients of a tile's 6 x 6 transformed weights, brought back to the window. */
  void weightGradients(
      float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);
}
