package io.espalier.engine;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.List;

/** NumPy's broadcasting, as ONNX has it. */
final class Broadcast {
  private Broadcast() {}

  /** For each element of the result, the element of the operand that goes into it. */
  static int[] positions(Shape operand, Shape result) {
    List<Long> dims = new ArrayList<>(operand.dims());
    while (dims.size() < result.rank()) {
      dims.add(0, 1L);
    }
    int[] positions = new int[Math.toIntExact(result.size())];
    for (int i = 0; i < positions.length; i++) {
      int rest = i;
      int step = 1;
      for (int axis = result.rank() - 1; axis >= 0; axis--) {
        int at = rest % (int) result.dim(axis);
        rest /= (int) result.dim(axis);
        positions[i] += dims.get(axis) == 1 ? 0 : at * step;
        step *= dims.get(axis).intValue();
      }
    }
    return positions;
  }
}
