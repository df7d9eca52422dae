package io.espalier.core;

import io.espalier.api.Shape;
import java.util.Arrays;

/**
 * What a Slice takes along each axis of its input.
 *
 * @param from position of the first element
 * @param step from one element to the next; negative backwards
 * @param extents of the result
 */
record Slicing(long[] from, long[] step, long[] extents) {
  /** The slice of a node, in the forms of all operator sets. */
  static Slicing of(ShapeContext context) {
    Shape input = context.input(0);
    Slicing slicing = new Slicing(new long[input.rank()], new long[input.rank()], input.toArray());
    Arrays.fill(slicing.step, 1);
    long[] starts = context.list(1, "starts");
    long[] ends = context.list(2, "ends");
    long[] axes = context.list(3, "axes");
    long[] steps = context.has(4) ? context.constant(4) : new long[0];
    for (int i = 0; i < starts.length; i++) {
      int axis = context.axis(axes.length == 0 ? i : axes[i], input.rank());
      long step = steps.length == 0 ? 1 : steps[i];
      if (step == 0 || ends.length != starts.length) {
        throw context.broken("its starts, ends and steps do not make a slice");
      }
      long from = bound(starts[i], input.dim(axis), step);
      long to = bound(ends[i], input.dim(axis), step);
      slicing.from[axis] = from;
      slicing.step[axis] = step;
      slicing.extents[axis] = Math.max(0, -Math.floorDiv(from - to, step));
    }
    return slicing;
  }

  /** A start or end of a slice: from the end if negative, then held inside the axis. */
  private static long bound(long at, long extent, long step) {
    long position = at < 0 ? at + extent : at;
    return step > 0
        ? Math.max(0, Math.min(extent, position))
        : Math.max(-1, Math.min(extent - 1, position));
  }
}
