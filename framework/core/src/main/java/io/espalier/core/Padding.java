package io.espalier.core;

import io.espalier.api.Shape;
import java.util.List;

/**
 * Where the elements of a padded tensor come from.
 *
 * @param source shape of what is padded
 * @param before what is put before each axis; negative takes away
 * @param mode one of {@link #MODES}
 */
public record Padding(Shape source, long[] before, String mode) {
  /** As ONNX Pad has them. */
  public static final List<String> MODES = List.of("constant", "edge", "reflect", "wrap");

  static Padding of(ShapeContext context) {
    Shape source = context.input(0);
    long[] pads = context.list(1, "pads");
    long[] axes = context.has(3) ? context.constant(3) : new long[0];
    long[] before = new long[source.rank()];
    for (int i = 0; i < pads.length / 2; i++) {
      before[axes.length == 0 ? i : context.axis(axes[i], before.length)] = pads[i];
    }
    return new Padding(source, before, context.node().textAttribute("mode", "constant"));
  }

  /** The element that goes to a place of the padded tensor; negative where there is none. */
  public int origin(int[] place) {
    long flat = 0;
    for (int axis = 0; axis < before.length; axis++) {
      long extent = source.dim(axis);
      long at = place[axis] - before[axis];
      long within =
          switch (mode) {
            case "edge" -> Math.max(0, Math.min(extent - 1, at));
            case "reflect" -> mirror(at, extent);
            case "wrap" -> Math.floorMod(at, extent);
            default -> at;
          };
      if (within < 0 || within >= extent) {
        return -1;
      }
      flat = flat * extent + within;
    }
    return (int) flat;
  }

  /** A position beyond an end, folded back at the last element as often as it takes. */
  private static long mirror(long at, long extent) {
    if (extent == 1) {
      return 0;
    }
    long within = Math.floorMod(at, 2 * (extent - 1));
    return Math.min(within, 2 * (extent - 1) - within);
  }
}
