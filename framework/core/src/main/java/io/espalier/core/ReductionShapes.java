package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Shapes of operators that reduce axes to one number. */
final class ReductionShapes {
  private ReductionShapes() {}

  static void register(Map<String, ShapeRule> rules) {
    for (String name :
        List.of(
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSum",
            "ReduceSumSquare")) {
      rules.put(name, ReductionShapes::reduce);
    }
    rules.put("GlobalMaxPool", WindowShapes::globalPool);
  }

  private static List<Shape> reduce(ShapeContext context) {
    Shape input = context.input(0);
    boolean[] reduced = reduced(context);
    boolean kept = context.node().intAttribute("keepdims", 1) != 0;
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < reduced.length; axis++) {
      if (!reduced[axis]) {
        dims.add(input.dim(axis));
      } else if (kept) {
        dims.add(1L);
      }
    }
    return List.of(new Shape(dims));
  }

  /** Which axes of its input a node reduces. */
  private static boolean[] reduced(ShapeContext context) {
    Shape input = context.input(0);
    long[] axes = context.list(1, "axes");
    boolean[] reduced = new boolean[input.rank()];
    Arrays.fill(
        reduced, axes.length == 0 && context.node().intAttribute("noop_with_empty_axes", 0) == 0);
    for (long axis : axes) {
      reduced[context.axis(axis, input.rank())] = true;
    }
    return reduced;
  }

  /** Shape of the result if every reduced axis stays, with an extent of 1. */
  static Shape kept(ShapeContext context) {
    long[] dims = context.input(0).toArray();
    boolean[] reduced = reduced(context);
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = reduced[axis] ? 1 : dims[axis];
    }
    return Shape.of(dims);
  }
}
