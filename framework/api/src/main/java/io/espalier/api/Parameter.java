package io.espalier.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A typed setting of an extension. It is declared once, as a constant; its default stands here and
 * nowhere else, and {@link Parameters#get} reads it back with its type.
 *
 * @param <T> Java type of its values: {@link Integer}, {@link Double}, {@link Boolean} or {@link
 *     String}
 */
public final class Parameter<T> {
  /** What kinds of value there are. */
  public enum Kind {
    INTEGER,
    NUMBER,
    BOOLEAN,
    TEXT,
    CHOICE
  }

  private final String name;
  private final String meaning;
  private final Kind kind;
  private final Class<T> type;
  private final Optional<T> absent;
  private final double minimum;
  private final double maximum;
  private final boolean exclusiveMaximum;
  private final String unit;
  private final List<String> choices;

  private Parameter(
      String name,
      String meaning,
      Kind kind,
      Class<T> type,
      Optional<T> absent,
      double minimum,
      double maximum,
      boolean exclusiveMaximum,
      String unit,
      List<String> choices) {
    this.name = name;
    this.meaning = meaning;
    this.kind = kind;
    this.type = type;
    this.absent = absent;
    this.minimum = minimum;
    this.maximum = maximum;
    this.exclusiveMaximum = exclusiveMaximum;
    this.unit = unit;
    this.choices = choices;
  }

  /** A whole number without bounds; it must be given unless {@link #or} sets a default. */
  public static Parameter<Integer> integer(String name, String meaning) {
    return new Parameter<>(
        name,
        meaning,
        Kind.INTEGER,
        Integer.class,
        Optional.empty(),
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        false,
        "",
        List.of());
  }

  /** A finite number without bounds; it must be given unless {@link #or} sets a default. */
  public static Parameter<Double> number(String name, String meaning) {
    return new Parameter<>(
        name,
        meaning,
        Kind.NUMBER,
        Double.class,
        Optional.empty(),
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        false,
        "",
        List.of());
  }

  /** Yes or no; it must be given unless {@link #or} sets a default. */
  public static Parameter<Boolean> bool(String name, String meaning) {
    return plain(name, meaning, Kind.BOOLEAN, Boolean.class, List.of());
  }

  /** Any text; it must be given unless {@link #or} sets a default. */
  public static Parameter<String> text(String name, String meaning) {
    return plain(name, meaning, Kind.TEXT, String.class, List.of());
  }

  /** One of some words; it must be given unless {@link #or} sets a default. */
  public static Parameter<String> choice(String name, String meaning, String... choices) {
    return plain(name, meaning, Kind.CHOICE, String.class, List.of(choices));
  }

  private static <T> Parameter<T> plain(
      String name, String meaning, Kind kind, Class<T> type, List<String> choices) {
    return new Parameter<>(
        name,
        meaning,
        kind,
        type,
        Optional.empty(),
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        false,
        "",
        choices);
  }

  /** The same parameter with a default. */
  public Parameter<T> or(T value) {
    return copy(Optional.of(value), minimum, maximum, exclusiveMaximum, unit);
  }

  /** The same parameter, at least {@code value}. */
  public Parameter<T> atLeast(double value) {
    return copy(absent, value, maximum, exclusiveMaximum, unit);
  }

  /** The same parameter, at most {@code value}. */
  public Parameter<T> atMost(double value) {
    return copy(absent, minimum, value, false, unit);
  }

  /** The same parameter, less than {@code value}. */
  public Parameter<T> below(double value) {
    return copy(absent, minimum, value, true, unit);
  }

  /** The same parameter with a unit, such as {@code steps}. */
  public Parameter<T> in(String newUnit) {
    return copy(absent, minimum, maximum, exclusiveMaximum, newUnit);
  }

  private Parameter<T> copy(
      Optional<T> newAbsent, double newMin, double newMax, boolean exclusive, String newUnit) {
    return new Parameter<>(
        name, meaning, kind, type, newAbsent, newMin, newMax, exclusive, newUnit, choices);
  }

  public String name() {
    return name;
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }

  public Kind kind() {
    return kind;
  }

  /** The value it takes where none is given; empty if one must be given. */
  public Optional<T> absent() {
    return absent;
  }

  /** Least value of a number; negative infinity if there is none. */
  public double minimum() {
    return minimum;
  }

  /** Largest value of a number, or its bound if {@link #exclusiveMaximum}; infinity if none. */
  public double maximum() {
    return maximum;
  }

  public boolean exclusiveMaximum() {
    return exclusiveMaximum;
  }

  /** Unit of a number; empty if it has none. */
  public String unit() {
    return unit;
  }

  /** Allowed words of a choice. */
  public List<String> choices() {
    return choices;
  }

  /** What is allowed, for messages: such as {@code number, 0 to below 1}. */
  public String allowed() {
    return switch (kind) {
      case INTEGER -> "whole number" + range();
      case NUMBER -> "number" + range();
      case BOOLEAN -> "true or false";
      case TEXT -> "text";
      case CHOICE -> "one of " + String.join(", ", choices);
    };
  }

  private String range() {
    boolean low = kind == Kind.INTEGER ? minimum > Integer.MIN_VALUE : minimum > -1e300;
    boolean high = kind == Kind.INTEGER ? maximum < Integer.MAX_VALUE : maximum < 1e300;
    String top = (exclusiveMaximum ? "below " : "") + plain(maximum);
    if (low && high) {
      return ", " + plain(minimum) + " to " + top;
    }
    if (low) {
      return ", at least " + plain(minimum);
    }
    return high ? ", " + (exclusiveMaximum ? "" : "at most ") + top : "";
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /**
   * Checks a value from outside and gives it its type.
   *
   * @param value a {@link Number}, {@link Boolean} or {@link String}; a whole number may come as
   *     any {@link Number} without a fraction
   * @throws ParameterException if the value is not allowed
   */
  public T check(Object value) {
    return type.cast(
        switch (kind) {
          case INTEGER -> bounded(value, true).intValue();
          case NUMBER -> bounded(value, false).doubleValue();
          case BOOLEAN -> value instanceof Boolean ? value : refuse(value);
          case TEXT -> value instanceof String ? value : refuse(value);
          case CHOICE ->
              value instanceof String text && choices.contains(text) ? text : refuse(value);
        });
  }

  private Number bounded(Object value, boolean whole) {
    if (!(value instanceof Number number)) {
      return (Number) refuse(value);
    }
    double d = number.doubleValue();
    boolean fits =
        d >= minimum
            && (exclusiveMaximum ? d < maximum : d <= maximum)
            && !Double.isInfinite(d)
            && (!whole || d == Math.rint(d));
    return fits ? number : (Number) refuse(value);
  }

  private Object refuse(Object value) {
    String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    throw new ParameterException(name, shown + " is not allowed (allowed: " + allowed() + ")");
  }

  /**
   * Reads a value from the text of a command line.
   *
   * @throws ParameterException if the text is not an allowed value
   */
  public T parse(String text) {
    Object value =
        switch (kind) {
          case INTEGER, NUMBER -> number(text);
          case BOOLEAN ->
              Stream.of("true", "false").anyMatch(text::equals) ? Boolean.valueOf(text) : text;
          case TEXT, CHOICE -> text;
        };
    return check(value);
  }

  private static Object number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
