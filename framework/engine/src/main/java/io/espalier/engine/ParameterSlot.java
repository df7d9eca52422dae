package io.espalier.engine;

import io.espalier.api.Shape;

/**
 * Where a trained tensor lies in the flat arrays of weights, gradients and optimizer state: as a
 * matrix whose rows are padded with zeros that stay zero.
 *
 * @param name of the tensor
 * @param shape of the tensor
 * @param offset of its first element, a multiple of {@link Kernels#PAD}
 * @param rows of the matrix as it lies here
 * @param columns of the matrix as it lies here
 * @param transposed whether it lies here transposed
 */
record ParameterSlot(
    String name, Shape shape, int offset, int rows, int columns, boolean transposed) {
  /** Floats from one row to the next. */
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
    if (transposed) {
      return offset + element % rows * pitch() + element / rows;
    }
    return offset + element / columns * pitch() + element % columns;
  }

  int size() {
    return rows * columns;
  }
}
