package io.espalier.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Type of a graph's input or output.
 *
 * @param name the value
 * @param type element type
 * @param dims axes, outermost first
 */
public record ValueInfo(String name, DataType type, List<Dimension> dims) {
  public ValueInfo {
    dims = List.copyOf(dims);
  }

  /** One axis: a known extent, or a symbol such as {@code batch} that the caller chooses. */
  public sealed interface Dimension {}

  /** An axis whose extent is fixed. */
  public record Known(long size) implements Dimension {
    @Override
    public String toString() {
      return Long.toString(size);
    }
  }

  /** An axis whose extent is open; an empty symbol is one without a name. */
  public record Open(String symbol) implements Dimension {
    @Override
    public String toString() {
      return symbol.isEmpty() ? "?" : symbol;
    }
  }

  /** The shape with every open axis set to {@code extent}. */
  public Shape shape(long extent) {
    return new Shape(
        dims.stream().map(d -> d instanceof Known known ? known.size() : extent).toList());
  }

  /** For instance {@code image float batch x 1 x 28 x 28}. */
  @Override
  public String toString() {
    return name
        + " "
        + type
        + " "
        + dims.stream().map(Object::toString).collect(Collectors.joining(" x "));
  }
}
