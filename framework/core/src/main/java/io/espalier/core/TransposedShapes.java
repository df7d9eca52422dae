package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes of ConvTranspose: the window of a convolution, run from its output to its input. */
final class TransposedShapes {
  private TransposedShapes() {}

  static List<Shape> convolution(ShapeContext context) {
    Shape input = context.input(0, 3, Integer.MAX_VALUE);
    Shape weight = context.input(1, input.rank(), input.rank());
    long group = context.node().intAttribute("group", 1);
    if (group < 1 || input.dim(1) % group != 0 || weight.dim(0) != input.dim(1)) {
      throw context.broken(
          "input %s has %d channels, weight %s takes %d in %d groups"
              .formatted(input, input.dim(1), weight, weight.dim(0), group));
    }
    long filters = Math.multiplyExact(weight.dim(1), group);
    if (context.has(2) && !context.input(2).equals(Shape.of(filters))) {
      throw context.broken("bias is %s, not %d".formatted(context.input(2), filters));
    }
    List<Long> window = weight.dims().subList(2, weight.rank());
    List<Long> kernel = context.node().intsAttribute("kernel_shape", window);
    if (!kernel.equals(window)) {
      throw context.broken("kernel_shape is %s, the weight %s".formatted(kernel, weight));
    }
    List<Long> dims = new ArrayList<>(List.of(input.dim(0), filters));
    for (int axis = 0; axis < window.size(); axis++) {
      dims.add(extent(context, input.dim(axis + 2), window.get(axis), axis, window.size()));
    }
    return List.of(new Shape(dims));
  }

  private static long extent(ShapeContext context, long in, long kernel, int axis, int axes) {
    List<Long> wanted = context.node().intsAttribute("output_shape", List.of());
    if (!wanted.isEmpty()) {
      if (wanted.size() < axes) {
        throw context.broken("output_shape %s has too few axes".formatted(wanted));
      }
      return wanted.get(wanted.size() - axes + axis);
    }
    long stride = context.perAxis("strides", axes, 1, 1)[axis];
    String autoPad = context.node().textAttribute("auto_pad", "NOTSET");
    if (autoPad.startsWith("SAME")) {
      return Math.multiplyExact(in, stride);
    }
    long dilation = context.perAxis("dilations", axes, 1, 1)[axis];
    long[] pads = context.perAxis("pads", 2 * axes, 0, 0);
    long more = context.perAxis("output_padding", axes, 0, 0)[axis];
    long padding = autoPad.equals("VALID") ? 0 : Math.addExact(pads[axis], pads[axis + axes]);
    long reach = Math.addExact(Math.multiplyExact(dilation, kernel - 1), 1);
    long extent = Math.multiplyExact(stride, in - 1) + more + reach - padding;
    if (extent < 1) {
      throw context.broken("pads %s leave nothing of axis %d".formatted(padding, axis + 2));
    }
    return extent;
  }
}
