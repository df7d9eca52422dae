package io.espalier.engine;

import io.espalier.api.Shape;

/**
 * Where a trained tensor lies in the flat arrays of weights, gradients and optimizer state: as a
 * matrix whose rows are padded with zeros that stay zero, row after row or in panels of {@link
 * Kernels#PAD} columns, each panel row after row.
 *
 * @param name of the tensor
 * @param shape of the tensor
 * @param offset of its first element, a multiple of {@link Kernels#PAD}
 * @param rows of the matrix as it lies here
 * @param columns of the matrix as it lies here
 * @param transposed whether it lies here transposed
 * @param panels whether the matrix lies in panels of {@link Kernels#PAD} columns, each with all its
 *     rows one after another, instead of row by row
 */
record ParameterSlot(
    String name,
    Shape shape,
    int offset,
    int rows,
    int columns,
    boolean transposed,
    boolean panels) {
  /** Floats from one row to the next, if it does not lie in panels. */
  int pitch() {
    return Kernels.padded(columns);
  }

  /** Floats that it takes, padding included. */
  int length() {
    return Math.multiplyExact(rows, pitch());
  }

  /** Position past its last float. */
  int end() {
    return offset + length();
  }

  /** Position of the element that is {@code element}-th in the tensor's own row-major order. */
  int position(int element) {
    int row = transposed ? element % rows : element / columns;
    int column = transposed ? element / rows : element % columns;
    if (panels) {
      return panel(column / Kernels.PAD) + row * Kernels.PAD + column % Kernels.PAD;
    }
    return offset + row * pitch() + column;
  }

  /** Position of a panel's first row. */
  int panel(int panel) {
    return offset + panel * rows * Kernels.PAD;
  }

  int size() {
    return rows * columns;
  }
}
