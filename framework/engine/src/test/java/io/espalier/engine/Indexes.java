package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.LongStream;

/** Positions of elements along the axes of a shape, for references. */
final class Indexes {
  private Indexes() {}

  /** Position along each axis of the element that is {@code flat}-th in row-major order. */
  static int[] of(Shape shape, int flat) {
    int[] index = new int[shape.rank()];
    int rest = flat;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (int) shape.dim(axis);
      rest /= (int) shape.dim(axis);
    }
    return index;
  }

  static int flat(Shape shape, int[] index) {
    int flat = 0;
    for (int axis = 0; axis < index.length; axis++) {
      flat = flat * (int) shape.dim(axis) + index[axis];
    }
    return flat;
  }

  /** The numbers of an int64 tensor. */
  static List<Long> longs(Model model, String tensor) {
    LongBuffer buffer = model.tensor(tensor).longs();
    return LongStream.range(0, buffer.limit()).mapToObj(i -> buffer.get((int) i)).toList();
  }

  /** Where an operand's element for an element of the result lies. */
  static int broadcast(Shape operand, int[] index) {
    int missing = index.length - operand.rank();
    int flat = 0;
    for (int axis = 0; axis < operand.rank(); axis++) {
      int at = operand.dim(axis) == 1 ? 0 : index[axis + missing];
      flat = flat * (int) operand.dim(axis) + at;
    }
    return flat;
  }
}
