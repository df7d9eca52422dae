package io.espalier.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A typed setting of an extension. It is declared once, as a constant; its default stands here and
 * nowhere else, and {@link Parameters#get} reads it back with its type.
 *
 * @param <T> Java type of its values: {@link Integer}, {@link Double}, {@link Boolean}, {@link
 *     String}, {@link Parameters} for an object, or a {@link List} of one of these
 */
public final class Parameter<T> {
  /** What kinds of value there are. */
  public enum Kind {
    INTEGER,
    NUMBER,
    BOOLEAN,
    TEXT,
    CHOICE,
    /** Values of one kind, in order. */
    LIST,
    /** Named values, each a parameter of its own. */
    OBJECT
  }

  private record Range(double minimum, double maximum, boolean exclusiveMaximum) {
    static final Range OPEN = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false);
  }

  /** What a number counts; `choice` names the parameter that picks among several units. */
  private record Unit(String words, String choice) {
    static final Unit NONE = new Unit("", "");
  }

  private final String name;
  private final String meaning;
  private final Kind kind;
  private final Class<?> type;
  private final Optional<T> absent;
  private final boolean optional;
  private final Range range;
  private final Unit unit;
  private final List<String> choices;
  private final List<Parameter<?>> parts;
  private final Synonyms synonyms;

  /** What else the parameter, and the words of a choice, are called. */
  private record Synonyms(List<String> names, Map<String, String> words) {
    static final Synonyms NONE = new Synonyms(List.of(), Map.of());
  }

  private Parameter(
      String name,
      String meaning,
      Kind kind,
      Class<?> type,
      Optional<T> absent,
      boolean optional,
      Range range,
      Unit unit,
      List<String> choices,
      List<Parameter<?>> parts,
      Synonyms synonyms) {
    this.name = name;
    this.meaning = meaning;
    this.kind = kind;
    this.type = type;
    this.absent = absent;
    this.optional = optional;
    this.range = range;
    this.unit = unit;
    this.choices = choices;
    this.parts = parts;
    this.synonyms = synonyms;
  }

  /** A whole number without bounds; it must be given unless {@link #or} sets a default. */
  public static Parameter<Integer> integer(String name, String meaning) {
    return declared(name, meaning, Kind.INTEGER, Integer.class)
        .within(new Range(Integer.MIN_VALUE, Integer.MAX_VALUE, false));
  }

  /** A finite number without bounds; it must be given unless {@link #or} sets a default. */
  public static Parameter<Double> number(String name, String meaning) {
    return declared(name, meaning, Kind.NUMBER, Double.class);
  }

  /** Yes or no; it must be given unless {@link #or} sets a default. */
  public static Parameter<Boolean> bool(String name, String meaning) {
    return declared(name, meaning, Kind.BOOLEAN, Boolean.class);
  }

  /** Any text; it must be given unless {@link #or} sets a default. */
  public static Parameter<String> text(String name, String meaning) {
    return declared(name, meaning, Kind.TEXT, String.class);
  }

  /** One of some words; it must be given unless {@link #or} sets a default. */
  public static Parameter<String> choice(String name, String meaning, String... choices) {
    return new Parameter<>(
        name,
        meaning,
        Kind.CHOICE,
        String.class,
        Optional.empty(),
        false,
        Range.OPEN,
        Unit.NONE,
        List.of(choices),
        List.of(),
        Synonyms.NONE);
  }

  /**
   * Values of one kind, in order; bounds are on their number. It must be given unless {@link #or}
   * sets a default.
   *
   * @param element what each value is; its name stands for one of them in descriptions
   */
  public static <E> Parameter<List<E>> list(String name, String meaning, Parameter<E> element) {
    return Parameter.<List<E>>composed(name, meaning, Kind.LIST, List.class, List.of(element))
        .within(new Range(0, Integer.MAX_VALUE, false));
  }

  /**
   * Named values, each a parameter of its own. It must be given unless it is {@link #optional} or
   * {@link #orDefaults}.
   */
  public static Parameter<Parameters> object(
      String name, String meaning, List<Parameter<?>> fields) {
    return composed(name, meaning, Kind.OBJECT, Parameters.class, fields);
  }

  /** As {@link #object(String, String, List)}. */
  public static Parameter<Parameters> object(String name, String meaning, Parameter<?>... fields) {
    return object(name, meaning, List.of(fields));
  }

  private static <T> Parameter<T> declared(String name, String meaning, Kind kind, Class<T> type) {
    return composed(name, meaning, kind, type, List.of());
  }

  private static <T> Parameter<T> composed(
      String name, String meaning, Kind kind, Class<?> type, List<Parameter<?>> parts) {
    return new Parameter<>(
        name,
        meaning,
        kind,
        type,
        Optional.empty(),
        false,
        Range.OPEN,
        Unit.NONE,
        List.of(),
        List.copyOf(parts),
        Synonyms.NONE);
  }

  /** The same parameter with a default. */
  public Parameter<T> or(T value) {
    return copy(Optional.of(value), optional, range, unit);
  }

  /** The same parameter; it may be left out, and then {@link Parameters#find} finds nothing. */
  public Parameter<T> optional() {
    return copy(Optional.empty(), true, range, unit);
  }

  /**
   * The same object parameter; left out, all its fields have their defaults.
   *
   * @throws ParameterException if a field has none
   */
  public Parameter<T> orDefaults() {
    return or(check(Map.of()));
  }

  /** The same parameter, at least {@code value}; of a list, at least so many. */
  public Parameter<T> atLeast(double value) {
    return within(new Range(value, range.maximum, range.exclusiveMaximum));
  }

  /** The same parameter, at most {@code value}; of a list, at most so many. */
  public Parameter<T> atMost(double value) {
    return within(new Range(range.minimum, value, false));
  }

  /** The same parameter, less than {@code value}. */
  public Parameter<T> below(double value) {
    return within(new Range(range.minimum, value, true));
  }

  /** The same parameter with a unit, such as {@code steps}. */
  public Parameter<T> in(String newUnit) {
    return in(newUnit, "");
  }

  /** The same parameter in the unit that a choice of the same extension picks. */
  public Parameter<T> in(Parameter<String> units) {
    List<String> words = units.choices();
    int last = words.size() - 1;
    return in(String.join(", ", words.subList(0, last)) + " or " + words.get(last), units.name());
  }

  /**
   * The same parameter in one of several units.
   *
   * @param newUnit the units in words
   * @param choice name of the parameter that picks one; empty for a unit that is always the same
   */
  public Parameter<T> in(String newUnit, String choice) {
    return copy(absent, optional, range, new Unit(newUnit, choice));
  }

  private Parameter<T> within(Range newRange) {
    return copy(absent, optional, newRange, unit);
  }

  private Parameter<T> copy(
      Optional<T> newAbsent, boolean newOptional, Range newRange, Unit newUnit) {
    return new Parameter<>(
        name,
        meaning,
        kind,
        type,
        newAbsent,
        newOptional,
        newRange,
        newUnit,
        choices,
        parts,
        synonyms);
  }

  /** The same parameter, which may also be given by names that other tools have for it. */
  public Parameter<T> alsoNamed(String... names) {
    return called(new Synonyms(List.of(names), synonyms.words));
  }

  /**
   * The same choice, one of whose words may also be written as other tools write it.
   *
   * @param word one of the choices
   */
  public Parameter<T> alsoWritten(String other, String word) {
    Map<String, String> words = new TreeMap<>(synonyms.words);
    words.put(other, word);
    return called(new Synonyms(synonyms.names, Collections.unmodifiableMap(words)));
  }

  private Parameter<T> called(Synonyms others) {
    return new Parameter<>(
        name, meaning, kind, type, absent, optional, range, unit, choices, parts, others);
  }

  /** What else it may be called. */
  public List<String> otherNames() {
    return synonyms.names;
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

  /** The value it takes where none is given; empty if it has none. */
  public Optional<T> absent() {
    return absent;
  }

  /** Whether it may be left out though it has no default. */
  public boolean isOptional() {
    return optional;
  }

  /** Least value of a number, fewest of a list; negative infinity if there is none. */
  public double minimum() {
    return range.minimum;
  }

  /** Largest value of a number, or its bound if {@link #exclusiveMaximum}; infinity if none. */
  public double maximum() {
    return range.maximum;
  }

  public boolean exclusiveMaximum() {
    return range.exclusiveMaximum;
  }

  /** Unit of a number, such as {@code steps} or {@code steps or epochs}; empty if it has none. */
  public String unit() {
    return unit.words;
  }

  /** Name of the parameter that picks the unit; empty if there is only one. */
  public String unitChoice() {
    return unit.choice;
  }

  /** Allowed words of a choice. */
  public List<String> choices() {
    return choices;
  }

  /** What each value of a list is. */
  public Optional<Parameter<?>> element() {
    return kind == Kind.LIST ? Optional.of(parts.get(0)) : Optional.empty();
  }

  /** The named values of an object. */
  public List<Parameter<?>> fields() {
    return kind == Kind.OBJECT ? parts : List.of();
  }

  /** What is allowed, for messages: such as {@code number, 0 to below 1}. */
  public String allowed() {
    return switch (kind) {
      case INTEGER -> "whole number" + bounds();
      case NUMBER -> "number" + bounds();
      case BOOLEAN -> "true or false";
      case TEXT -> "text";
      case CHOICE -> "one of " + String.join(", ", choices);
      case LIST -> "list" + bounds() + ", each: " + parts.get(0).allowed();
      case OBJECT ->
          "object of " + parts.stream().map(Parameter::name).collect(Collectors.joining(", "));
    };
  }

  private String bounds() {
    double least = kind == Kind.LIST ? 0 : Integer.MIN_VALUE;
    boolean whole = kind != Kind.NUMBER;
    boolean low = whole ? range.minimum > least : range.minimum > -1e300;
    boolean high = whole ? range.maximum < Integer.MAX_VALUE : range.maximum < 1e300;
    String top = (range.exclusiveMaximum ? "below " : "") + plain(range.maximum);
    if (low && high) {
      return ", " + plain(range.minimum) + " to " + top;
    }
    if (low) {
      return ", at least " + plain(range.minimum);
    }
    return high ? ", " + (range.exclusiveMaximum ? "" : "at most ") + top : "";
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /**
   * Checks a value from outside and gives it its type.
   *
   * @param value a {@link Number}, {@link Boolean}, {@link String}, {@link List} or {@link Map}; a
   *     whole number may come as any {@link Number} without a fraction
   * @throws ParameterException if the value is not allowed; it names the place, such as {@code
   *     layers[1].sparsity}
   */
  public T check(Object value) {
    return check(name, value);
  }

  @SuppressWarnings("unchecked") // Each kind is made with the type that its check gives.
  T check(String path, Object value) {
    return (T)
        type.cast(
            switch (kind) {
              case INTEGER -> bounded(path, value, true).intValue();
              case NUMBER -> bounded(path, value, false).doubleValue();
              case BOOLEAN -> value instanceof Boolean ? value : refuse(path, value);
              case TEXT -> value instanceof String ? value : refuse(path, value);
              case CHOICE ->
                  value instanceof String text && choices.contains(word(text))
                      ? word(text)
                      : refuse(path, value);
              case LIST -> elements(path, value);
              case OBJECT -> value instanceof Parameters ? value : object(path, value);
            });
  }

  private String word(String text) {
    return synonyms.words.getOrDefault(text, text);
  }

  private List<?> elements(String path, Object value) {
    if (!(value instanceof List<?> given)
        || given.size() < range.minimum
        || given.size() > range.maximum) {
      return (List<?>) refuse(path, value);
    }
    List<Object> checked = new ArrayList<>();
    for (Object one : given) {
      checked.add(parts.get(0).check(path + "[" + checked.size() + "]", one));
    }
    return List.copyOf(checked);
  }

  private Parameters object(String path, Object value) {
    return value instanceof Map<?, ?> given
        ? Parameters.of(path, parts, given)
        : (Parameters) refuse(path, value);
  }

  private Number bounded(String path, Object value, boolean whole) {
    if (!(value instanceof Number number)) {
      return (Number) refuse(path, value);
    }
    double d = number.doubleValue();
    boolean fits =
        d >= range.minimum
            && (range.exclusiveMaximum ? d < range.maximum : d <= range.maximum)
            && !Double.isInfinite(d)
            && (!whole || d == Math.rint(d));
    return fits ? number : (Number) refuse(path, value);
  }

  private Object refuse(String path, Object value) {
    String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    throw new ParameterException(path, shown + " is not allowed (allowed: " + allowed() + ")");
  }

  /**
   * Reads a value from the text of a command line; the values of a list stand between commas.
   *
   * @throws ParameterException if the text is not an allowed value
   */
  public T parse(String text) {
    Object value =
        switch (kind) {
          case INTEGER, NUMBER -> number(text);
          case BOOLEAN ->
              Stream.of("true", "false").anyMatch(text::equals) ? Boolean.valueOf(text) : text;
          case TEXT, CHOICE, OBJECT -> text;
          case LIST ->
              text.isEmpty()
                  ? List.of()
                  : Stream.of(text.split(",", -1)).map(parts.get(0)::parse).toList();
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
