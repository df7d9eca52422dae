package io.espalier.core;

import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Shapes of operators that ask for shapes, make tensors of them, choose elements or compare. */
final class IndexShapes {
  private IndexShapes() {}

  static void register(Map<String, ShapeRule> rules) {
    for (String unary : List.of("Cast", "Ceil", "Floor", "Not", "Round")) {
      rules.put(unary, context -> List.of(context.input(0)));
    }
    for (String pair :
        List.of(
            "And",
            "Equal",
            "Greater",
            "GreaterOrEqual",
            "Less",
            "LessOrEqual",
            "Mod",
            "Or",
            "Xor")) {
      rules.put(pair, ElementShapes::broadcastAll);
    }
    rules.put("Where", ElementShapes::broadcastAll);
    rules.put("Shape", context -> List.of(Shape.of(selected(context).size())));
    rules.put("Size", context -> List.of(Shape.of()));
    rules.put("ConstantOfShape", context -> List.of(Shape.of(context.constant(0))));
    rules.put("Expand", IndexShapes::expand);
    rules.put("Gather", IndexShapes::gather);
    rules.put("Range", IndexShapes::range);
  }

  /** The extents that a Shape node gives: from operator set 15 on, it may leave some out. */
  static List<Long> selected(ShapeContext context) {
    Shape input = context.input(0);
    int rank = input.rank();
    int start = bound(context.node().intAttribute("start", 0), rank);
    int end = bound(context.node().intAttribute("end", rank), rank);
    return input.dims().subList(start, Math.max(start, end));
  }

  private static int bound(long at, int rank) {
    return (int) Math.max(0, Math.min(rank, at < 0 ? at + rank : at));
  }

  private static List<Shape> expand(ShapeContext context) {
    return List.of(ShapeRules.broadcast(context, context.input(0), Shape.of(context.constant(1))));
  }

  /** The axis along which a Gather chooses. */
  static int gathered(ShapeContext context) {
    return context.axis(context.node().intAttribute("axis", 0), context.input(0).rank());
  }

  /** Indices of a Gather from the front, checked against the axis. */
  static long[] chosen(ShapeContext context, Tensor indices, long extent) {
    long[] chosen = Numbers.of(indices).wholes().clone();
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i] < -extent || chosen[i] >= extent) {
        throw context.broken("index %d is beyond an axis of %d".formatted(chosen[i], extent));
      }
      chosen[i] += chosen[i] < 0 ? extent : 0;
    }
    return chosen;
  }

  private static List<Shape> gather(ShapeContext context) {
    Shape input = context.input(0, 1, Integer.MAX_VALUE);
    int axis = gathered(context);
    List<Long> dims = new ArrayList<>(input.dims().subList(0, axis));
    dims.addAll(context.input(1).dims());
    dims.addAll(input.dims().subList(axis + 1, input.rank()));
    return List.of(new Shape(dims));
  }

  private static List<Shape> range(ShapeContext context) {
    double[] limits = new double[3];
    for (int i = 0; i < limits.length; i++) {
      int input = i;
      limits[i] =
          context
              .known(input)
              .filter(tensor -> tensor.size() == 1)
              .map(tensor -> Numbers.of(tensor).reals()[0])
              .orElseThrow(
                  () -> context.broken("input %d is not one constant number".formatted(input)));
    }
    if (limits[2] == 0) {
      throw context.broken("its step %s is 0".formatted(Arrays.toString(limits)));
    }
    return List.of(Shape.of((long) Math.max(0, Math.ceil((limits[1] - limits[0]) / limits[2]))));
  }
}
