package io.espalier.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checked values of an extension's parameters, with its defaults filled in. */
public final class Parameters {
  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z0-9])");

  private final Map<String, Object> values;
  private final List<String> known;

  private Parameters(Map<String, Object> values, List<String> known) {
    this.values = values;
    this.known = known;
  }

  /**
   * Checks given values against an extension's description. A name may also be written with
   * underscores: {@code block_size} is {@code blockSize}.
   *
   * @throws ParameterException for an unknown name, a missing value or one that is not allowed
   */
  public static Parameters of(Description description, Map<String, ?> given) {
    return of("", "'" + description.id() + "'", description.parameters(), given);
  }

  /**
   * Checks given values against some parameters.
   *
   * @param path what has these parameters, for messages; empty if nothing has to be put before
   *     their names
   * @throws ParameterException as {@link #of(Description, Map)}
   */
  public static Parameters of(String path, List<Parameter<?>> parameters, Map<?, ?> given) {
    return path.isEmpty()
        ? of("", "this", parameters, given)
        : of(path + ".", "'" + path + "'", parameters, given);
  }

  private static Parameters of(
      String path, String owner, List<Parameter<?>> parameters, Map<?, ?> given) {
    Map<String, Parameter<?>> known = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (Parameter<?> parameter : parameters) {
      known.put(parameter.name(), parameter);
      parameter.otherNames().forEach(other -> names.put(other, parameter.name()));
    }
    Map<String, Object> named = new LinkedHashMap<>();
    given.forEach(
        (key, value) -> {
          String text = String.valueOf(key);
          String own = known.containsKey(text) ? text : camelCase(text);
          String name = names.getOrDefault(own, own);
          if (!known.containsKey(name)) {
            throw unknown(path + text, owner, known.keySet());
          }
          if (value == null || named.put(name, value) != null) {
            throw new ParameterException(path + text, "is given twice or as nothing");
          }
        });
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : known.values()) {
      Object value = named.get(parameter.name());
      if (value != null) {
        values.put(parameter.name(), parameter.check(path + parameter.name(), value));
      } else if (parameter.absent().isPresent()) {
        values.put(parameter.name(), parameter.absent().get());
      } else if (!parameter.isOptional()) {
        throw new ParameterException(
            path + parameter.name(), "is missing (allowed: " + parameter.allowed() + ")");
      }
    }
    return new Parameters(Collections.unmodifiableMap(values), List.copyOf(known.keySet()));
  }

  private static ParameterException unknown(String path, String owner, Iterable<String> known) {
    String allowed = String.join(", ", known);
    return new ParameterException(
        path,
        "%s has no such parameter (allowed: %s)"
            .formatted(owner, allowed.isEmpty() ? "none" : allowed));
  }

  /** A parameter's name as a description has it: {@code blockSize} of {@code block_size}. */
  public static String camelCase(String name) {
    return UNDERSCORE.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  /**
   * The value of a parameter.
   *
   * @throws IllegalArgumentException if the extension's description does not list the parameter, or
   *     it was left out
   */
  public <T> T get(Parameter<T> parameter) {
    return find(parameter)
        .orElseThrow(
            () ->
                new IllegalArgumentException("parameter '" + parameter.name() + "' has no value"));
  }

  /**
   * The value of a parameter, if it was given or has a default.
   *
   * @throws IllegalArgumentException if the extension's description does not list the parameter
   */
  public <T> Optional<T> find(Parameter<T> parameter) {
    if (!known.contains(parameter.name())) {
      throw new IllegalArgumentException(
          "parameter '" + parameter.name() + "' is not in the extension's description");
    }
    return Optional.ofNullable(values.get(parameter.name())).map(parameter::check);
  }

  /**
   * All values by name, in the description's order: numbers, truth values and texts, {@link List}s
   * of values and {@link Map}s of names to values. Reading them back gives equal parameters.
   */
  public Map<String, Object> values() {
    Map<String, Object> plain = new LinkedHashMap<>();
    values.forEach((name, value) -> plain.put(name, plain(value)));
    return Collections.unmodifiableMap(plain);
  }

  private static Object plain(Object value) {
    if (value instanceof Parameters object) {
      return object.values();
    }
    return value instanceof List<?> list ? list.stream().map(Parameters::plain).toList() : value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
