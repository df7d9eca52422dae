package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;

/** Shapes of Resize, and of Upsample, which it replaced in operator set 10. */
final class ResizeShapes {
  private static final int BY_SIZE_TOO = 11;

  private ResizeShapes() {}

  static void register(Map<String, ShapeRule> rules) {
    rules.put("Resize", ResizeShapes::resize);
    rules.put("Upsample", ResizeShapes::upsample);
  }

  private static List<Shape> resize(ShapeContext context) {
    if (context.opset() < BY_SIZE_TOO) {
      return List.of(scaled(context, scales(context, 1)));
    }
    boolean bySizes = context.has(3) && context.constant(3).length > 0;
    boolean byScales = context.has(2) && scales(context, 2).length > 0;
    if (bySizes == byScales) {
      throw context.broken("needs either scales or sizes");
    }
    return List.of(bySizes ? sized(context) : scaled(context, scales(context, 2)));
  }

  private static List<Shape> upsample(ShapeContext context) {
    if (context.has(1)) {
      return List.of(scaled(context, scales(context, 1)));
    }
    if (context.node().attributes().get("scales") instanceof Attribute.Reals reals) {
      return List.of(
          scaled(context, reals.values().stream().mapToDouble(Float::doubleValue).toArray()));
    }
    throw context.broken("needs scales");
  }

  private static double[] scales(ShapeContext context, int input) {
    Tensor scales =
        context
            .known(input)
            .orElseThrow(
                () -> context.broken("input %d, its scales, is not constant".formatted(input)));
    return Numbers.of(scales).reals();
  }

  /** Which axis each scale or size is for: all in order, or those that the node names. */
  private static int[] axes(ShapeContext context, int count, int rank) {
    List<Long> named = context.node().intsAttribute("axes", List.of());
    int[] axes = new int[count];
    if (count != (named.isEmpty() ? rank : named.size())) {
      throw context.broken(
          "has %d scales or sizes for %d axes"
              .formatted(count, named.isEmpty() ? rank : named.size()));
    }
    for (int i = 0; i < count; i++) {
      axes[i] = named.isEmpty() ? i : context.axis(named.get(i), rank);
    }
    return axes;
  }

  private static Shape scaled(ShapeContext context, double[] scales) {
    long[] dims = context.input(0).toArray();
    int[] axes = axes(context, scales.length, dims.length);
    for (int i = 0; i < scales.length; i++) {
      if (!(scales[i] > 0)) {
        throw context.broken("scale %s is not positive".formatted(scales[i]));
      }
      dims[axes[i]] = (long) Math.floor((float) (dims[axes[i]] * scales[i]));
    }
    return Shape.of(dims);
  }

  private static Shape sized(ShapeContext context) {
    long[] sizes = context.constant(3).clone();
    long[] dims = context.input(0).toArray();
    int[] axes = axes(context, sizes.length, dims.length);
    String policy = context.node().textAttribute("keep_aspect_ratio_policy", "stretch");
    if (!AspectRatio.words().contains(policy)) {
      throw context.broken(
          "keep_aspect_ratio_policy is '%s' (allowed: %s)"
              .formatted(policy, String.join(", ", AspectRatio.words())));
    }
    long[] extents = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      extents[i] = dims[axes[i]];
      sizes[i] = axes[i] == 0 ? context.rows(sizes[i], 0) : sizes[i];
      if (sizes[i] < 1) {
        throw context.broken("size %d is not positive".formatted(sizes[i]));
      }
    }
    double[] scales = AspectRatio.of(policy).scales(extents, sizes);
    for (int i = 0; i < sizes.length; i++) {
      dims[axes[i]] = AspectRatio.extent(extents[i], scales[i]);
    }
    return Shape.of(dims);
  }
}
