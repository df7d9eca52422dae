package io.espalier.engine;

/**
 * Weights that lie in panels of outputs, transposed into panels of inputs: so the way back is a
 * product of the same kind as the way there. A panel has a row for each output, padding included.
 */
final class TransposedPanels {
  private static final int COLUMNS = Kernels.PAD;

  private TransposedPanels() {}

  /** How many panels there are. */
  static int count(ParameterSlot weight) {
    return Kernels.padded(weight.rows()) / COLUMNS;
  }

  /** Floats of all panels. */
  static long length(ParameterSlot weight) {
    return (long) Kernels.padded(weight.rows()) * weight.pitch();
  }

  /** Position of a panel. */
  static int position(ParameterSlot weight, int panel) {
    return panel * weight.pitch() * COLUMNS;
  }

  /** Writes one panel. */
  static void write(ParameterSlot weight, int panel, float[] weights, float[] to) {
    int inputs = Math.min(COLUMNS, weight.rows() - panel * COLUMNS);
    int at = position(weight, panel);
    for (int outs = 0; outs < weight.pitch() / COLUMNS; outs++) {
      int from = weight.panel(outs) + panel * COLUMNS * COLUMNS;
      for (int o = 0; o < COLUMNS; o++, at += COLUMNS) {
        for (int i = 0; i < inputs; i++) {
          to[at + i] = weights[from + i * COLUMNS + o];
        }
      }
    }
  }
}
