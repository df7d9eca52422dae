package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes of matrix products. */
final class ProductShapes {
  private ProductShapes() {}

  static List<Shape> gemm(ShapeContext context) {
    Shape a = context.input(0, 2, 2);
    Shape b = context.input(1, 2, 2);
    boolean transA = context.node().intAttribute("transA", 0) != 0;
    boolean transB = context.node().intAttribute("transB", 0) != 0;
    long inner = a.dim(transA ? 0 : 1);
    if (inner != b.dim(transB ? 1 : 0)) {
      throw context.broken(
          "inputs %s%s and %s%s do not multiply"
              .formatted(a, transA ? " (transposed)" : "", b, transB ? " (transposed)" : ""));
    }
    Shape product = Shape.of(a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1));
    if (context.has(2)
        && !ShapeRules.broadcast(context, context.input(2), product).equals(product)) {
      throw context.broken("input %s cannot be added to %s".formatted(context.input(2), product));
    }
    return List.of(product);
  }

  static List<Shape> matMul(ShapeContext context) {
    Shape a = context.input(0, 1, Integer.MAX_VALUE);
    Shape b = context.input(1, 1, Integer.MAX_VALUE);
    long inner = b.dim(Math.max(0, b.rank() - 2));
    if (a.dim(a.rank() - 1) != inner) {
      throw context.broken("inputs %s and %s do not multiply".formatted(a, b));
    }
    List<Long> dims = new ArrayList<>(ShapeRules.broadcast(context, stack(a), stack(b)).dims());
    if (a.rank() > 1) {
      dims.add(a.dim(a.rank() - 2));
    }
    if (b.rank() > 1) {
      dims.add(b.dim(b.rank() - 1));
    }
    return List.of(new Shape(dims));
  }

  /** The axes before the matrix. */
  private static Shape stack(Shape shape) {
    return new Shape(shape.dims().subList(0, Math.max(0, shape.rank() - 2)));
  }
}
