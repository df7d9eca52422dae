package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapes of operators that slide a window over the spatial axes of an input N x C x D1 x D2 ...:
 * any number of spatial axes.
 */
final class WindowShapes {
  private WindowShapes() {}

  static List<Shape> convolution(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    Shape weight = context.input(1, input.rank(), input.rank());
    long group = context.node().intAttribute("group", 1);
    long filters = weight.dim(0);
    if (group < 1 || filters % group != 0) {
      throw context.broken("%d filters cannot form %d groups".formatted(filters, group));
    }
    if (Math.multiplyExact(weight.dim(1), group) != input.dim(1)) {
      throw context.broken(
          "input %s has %d channels, weight %s in %d groups takes %d"
              .formatted(input, input.dim(1), weight, group, weight.dim(1) * group));
    }
    if (context.has(2) && !context.input(2).equals(Shape.of(filters))) {
      throw context.broken("bias is %s, not %d".formatted(context.input(2), filters));
    }
    List<Long> window = weight.dims().subList(2, weight.rank());
    List<Long> kernel = context.node().intsAttribute("kernel_shape", window);
    if (!kernel.equals(window)) {
      throw context.broken("kernel_shape is %s, the weight %s".formatted(kernel, weight));
    }
    return List.of(slide(context, input, filters, window, false));
  }

  static List<Shape> maxPool(ShapeContext context) {
    Shape output = pool(context);
    return List.of(output, output);
  }

  static List<Shape> averagePool(ShapeContext context) {
    return List.of(pool(context));
  }

  static List<Shape> globalPool(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    List<Long> dims = new ArrayList<>(input.dims());
    for (int axis = 2; axis < dims.size(); axis++) {
      dims.set(axis, 1L);
    }
    return List.of(new Shape(dims));
  }

  private static Shape pool(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    List<Long> window = context.node().intsAttribute("kernel_shape", List.of());
    int axes = input.rank() - 2;
    if (window.size() != axes || window.stream().anyMatch(k -> k < 1)) {
      throw context.broken("kernel_shape %s does not fit input %s".formatted(window, input));
    }
    boolean ceil = context.node().intAttribute("ceil_mode", 0) != 0;
    return slide(context, input, input.dim(1), window, ceil);
  }

  private static Shape slide(
      ShapeContext context, Shape input, long channels, List<Long> window, boolean ceil) {
    int axes = window.size();
    long[] strides = context.perAxis("strides", axes, 1, 1);
    long[] dilations = context.perAxis("dilations", axes, 1, 1);
    long[] pads = context.perAxis("pads", 2 * axes, 0, 0);
    String autoPad = context.node().textAttribute("auto_pad", "NOTSET");
    List<Long> dims = new ArrayList<>(List.of(input.dim(0), channels));
    for (int axis = 0; axis < axes; axis++) {
      long extent = input.dim(axis + 2);
      long reach = Math.addExact(Math.multiplyExact(dilations[axis], window.get(axis) - 1), 1);
      long steps =
          switch (autoPad) {
            case "NOTSET" ->
                steps(extent, pads[axis], pads[axis + axes], reach, strides[axis], ceil);
            case "VALID" -> steps(extent, 0, 0, reach, strides[axis], ceil);
            case "SAME_UPPER", "SAME_LOWER" ->
                Math.addExact(extent, strides[axis] - 1) / strides[axis];
            default -> throw context.broken("auto_pad '%s' is unknown".formatted(autoPad));
          };
      if (steps < 1) {
        throw context.broken(
            "a window of %s (dilations included) does not fit input %s".formatted(reach, input));
      }
      dims.add(steps);
    }
    return new Shape(dims);
  }

  private static long steps(
      long extent, long before, long after, long reach, long stride, boolean ceil) {
    long room = Math.addExact(extent, before + after) - reach;
    if (room < 0) {
      return 0;
    }
    long steps = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
    boolean lastStartsInPadding = (steps - 1) * stride >= extent + before;
    return ceil && lastStartsInPadding ? steps - 1 : steps;
  }
}
