package io.espalier.core;

import io.espalier.api.Shape;
import java.util.Arrays;
import java.util.List;

/** Shapes of padding: so much before and after each axis. */
final class PadShapes {
  private PadShapes() {}

  static List<Shape> pad(ShapeContext context) {
    Shape input = context.input(0);
    long[] pads = context.constant(1);
    int rank = input.rank();
    if (context.has(3) || pads.length != 2 * rank) {
      throw context.broken(
          "pads %s do not give two numbers for each axis of input %s; nothing else is computed"
              .formatted(Arrays.toString(pads), input));
    }
    long[] dims = input.toArray();
    for (int axis = 0; axis < rank; axis++) {
      dims[axis] = Math.addExact(dims[axis], Math.addExact(pads[axis], pads[axis + rank]));
      if (dims[axis] < 0) {
        throw context.broken(
            "pads %s cut more than there is of input %s".formatted(Arrays.toString(pads), input));
      }
    }
    return List.of(Shape.of(dims));
  }
}
