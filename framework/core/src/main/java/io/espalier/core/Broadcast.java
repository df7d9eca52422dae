package io.espalier.core;

import io.espalier.api.Shape;

/** NumPy's broadcasting, as ONNX has it. */
public final class Broadcast {
  private Broadcast() {}

  /**
   * For each element of the result, in row-major order, the element of the operand that goes into
   * it.
   *
   * @param operand with at most as many axes as the result; aligned at the last, each of extent 1
   *     or that of the result
   */
  public static int[] positions(Shape operand, Shape result) {
    int rank = result.rank();
    int missing = rank - operand.rank();
    int[] steps = new int[rank];
    int step = 1;
    for (int axis = rank - 1; axis >= missing; axis--) {
      long extent = operand.dim(axis - missing);
      steps[axis] = extent == 1 ? 0 : step;
      step *= (int) extent;
    }
    int[] positions = new int[Math.toIntExact(result.size())];
    for (int i = 0; i < positions.length; i++) {
      int rest = i;
      for (int axis = rank - 1; axis >= 0; axis--) {
        int extent = (int) result.dim(axis);
        positions[i] += rest % extent * steps[axis];
        rest /= extent;
      }
    }
    return positions;
  }
}
