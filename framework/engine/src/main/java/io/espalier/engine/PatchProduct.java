package io.espalier.engine;

import java.util.Optional;

/**
 * The outputs of a convolution as a product of matrices: rows of the terms under the window,
 * gathered a few at a time so that they stay in cache, times the weights.
 */
final class PatchProduct {
  /** Floats of the rows that are gathered together, unless a single row of outputs has more. */
  private static final int GATHERED = 1 << 15;

  private static final int COLUMNS = Kernels.PAD;
  private static final float[] ZEROS = new float[COLUMNS];

  private final Value input;
  private final Value output;
  private final Patches patches;
  private final Window window;
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;
  private final int rowsTogether;

  /**
   * @param input planes
   * @param output planes, as many as the weight has columns
   * @param weight as panels of outputs
   */
  PatchProduct(
      Binder binder,
      Value input,
      Value output,
      Patches patches,
      ParameterSlot weight,
      Optional<ParameterSlot> bias) {
    this.input = input;
    this.output = output;
    this.patches = patches;
    this.weight = weight;
    this.bias = bias;
    window = patches.window();
    int row = window.outWidth() * weight.rows();
    rowsTogether = Math.max(1, Math.min(window.outHeight(), GATHERED / row));
    binder.scratch(Frame.INPUT, (long) rowsTogether * row);
    binder.scratch(Frame.RESULT, (long) rowsTogether * window.outWidth() * COLUMNS);
  }

  /** Computes the outputs of a tile. */
  void outputs(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      outputs(frame, frame.data(input), frame.data(output), s);
    }
  }

  /** Computes the outputs of one sample of a tile. */
  void outputs(Frame frame, float[] x, float[] y, int sample) {
    float[] gathered = frame.scratch[Frame.INPUT];
    int terms = weight.rows();
    for (int row = 0; row < window.outHeight(); row += rowsTogether) {
      int rows = Math.min(rowsTogether, window.outHeight() - row);
      for (int r = 0; r < rows; r++) {
        int at = r * window.outWidth() * terms;
        patches.gather(x, sample * input.stride(), row + r, 0, terms, gathered, at, terms);
      }
      int first = row * window.outWidth();
      for (int panel = 0; panel < weight.pitch() / COLUMNS; panel++) {
        int to = sample * output.stride() + panel * COLUMNS * window.outArea() + first;
        outputs(frame, panel, rows * window.outWidth(), y, to);
      }
    }
  }

  private void outputs(Frame frame, int panel, int count, float[] y, int to) {
    float[] rows = frame.scratch[Frame.RESULT];
    frame
        .kernels
        .matrices()
        .multiply(
            rows,
            0,
            COLUMNS,
            bias.isPresent() ? frame.weights : ZEROS,
            bias.isPresent() ? bias.get().offset() + panel * COLUMNS : 0,
            0,
            frame.scratch[Frame.INPUT],
            0,
            weight.rows(),
            frame.weights,
            weight.panel(panel),
            count,
            weight.rows());
    Patches.toPlanes(rows, 0, count, y, to, window.outArea());
  }
}
