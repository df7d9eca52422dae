package io.espalier.core;

import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a reshape splits and merges axes. Both shapes are refined to the coarsest list of factors of
 * which the axes of either are runs; an input coordinate is then a digit of each of its factors.
 *
 * @param factors outermost first; none of extent 1
 */
record Regrouping(List<Factor> factors) {
  static final Regrouping NONE = new Regrouping(List.of());

  /**
   * One factor.
   *
   * @param extent how many digits it has
   * @param from axis of the input it is part of
   * @param fromStride coordinates of that axis from one digit to the next
   * @param to axis of the output it is part of
   * @param toStride coordinates of that axis from one digit to the next
   */
  record Factor(int extent, int from, int fromStride, int to, int toStride) {
    /** Digit of an input coordinate. */
    int fromDigit(int coordinate) {
      return coordinate / fromStride % extent;
    }

    /** Digit of an output coordinate. */
    int toDigit(int coordinate) {
      return coordinate / toStride % extent;
    }
  }

  Regrouping {
    factors = List.copyOf(factors);
  }

  /** The factors of two shapes of the same size; nothing if they have none in common. */
  static Optional<Regrouping> of(Shape from, Shape to) {
    if (from.size() == 0 || from.size() != to.size()) {
      return Optional.empty();
    }
    TreeSet<Long> bounds = new TreeSet<>(bounds(from));
    bounds.addAll(bounds(to));
    List<Factor> factors = new ArrayList<>();
    long stride = 1;
    for (long bound : bounds) {
      if (bound == stride) {
        continue;
      }
      if (bound % stride != 0 || bound / stride > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      int axis = axis(from, stride);
      int other = axis(to, stride);
      factors.add(
          0,
          new Factor(
              (int) (bound / stride),
              axis,
              (int) (stride / behind(from, axis)),
              other,
              (int) (stride / behind(to, other))));
      stride = bound;
    }
    return Optional.of(new Regrouping(factors));
  }

  private static List<Long> bounds(Shape shape) {
    List<Long> bounds = new ArrayList<>(List.of(1L));
    long size = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      size *= shape.dim(axis);
      bounds.add(size);
    }
    return bounds;
  }

  /** The axis that a stride of the flat tensor falls into. */
  private static int axis(Shape shape, long stride) {
    long size = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      size *= shape.dim(axis);
      if (stride < size) {
        return axis;
      }
    }
    throw new IllegalArgumentException("stride " + stride + " is beyond " + shape);
  }

  /** Elements behind one coordinate of an axis. */
  private static long behind(Shape shape, int axis) {
    long size = 1;
    for (int a = axis + 1; a < shape.rank(); a++) {
      size *= shape.dim(a);
    }
    return size;
  }

  /** The factors of an input axis. */
  List<Factor> of(int axis) {
    return factors.stream().filter(factor -> factor.from == axis).toList();
  }

  /** Whether a factor shares its output axis with one of another input axis. */
  boolean mixed(Factor factor) {
    return factors.stream().anyMatch(f -> f.to == factor.to && f.from != factor.from);
  }

  /** The same without some factors. */
  Regrouping only(List<Factor> chosen) {
    return new Regrouping(chosen);
  }
}
