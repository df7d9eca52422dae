package io.espalier.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Extents of a tensor's axes, outermost first. No axes: a scalar.
 *
 * @param dims extents, each 0 or more
 */
public record Shape(List<Long> dims) {
  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) for a negative extent or a size beyond
   *     {@link Long#MAX_VALUE} elements
   */
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new EspalierException(FailureCode.MODEL, "negative extent in shape " + dims);
      }
      try {
        size = Math.multiplyExact(size, dim);
      } catch (ArithmeticException e) {
        throw new EspalierException(FailureCode.MODEL, "shape " + dims + " is too large", e);
      }
    }
  }

  public static Shape of(long... dims) {
    return new Shape(java.util.Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  /** Extent of an axis. */
  public long dim(int axis) {
    return dims.get(axis);
  }

  /** Number of elements. */
  public long size() {
    long size = 1;
    for (long dim : dims) {
      size *= dim;
    }
    return size;
  }

  public long[] toArray() {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  /** For instance {@code 12x1x3x3}; {@code scalar} without axes. */
  @Override
  public String toString() {
    return dims.isEmpty()
        ? "scalar"
        : dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
