package io.espalier.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Checked values of an extension's parameters, with its defaults filled in. */
public final class Parameters {
  private final Map<String, Object> values;

  private Parameters(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Checks given values against an extension's description.
   *
   * @throws ParameterException for an unknown name, a missing value or one that is not allowed
   */
  public static Parameters of(Description description, Map<String, ?> given) {
    Map<String, Parameter<?>> known = new LinkedHashMap<>();
    for (Parameter<?> parameter : description.parameters()) {
      known.put(parameter.name(), parameter);
    }
    for (String name : given.keySet()) {
      if (!known.containsKey(name)) {
        throw new ParameterException(
            name,
            "'%s' has no such parameter (allowed: %s)"
                .formatted(
                    description.id(),
                    known.isEmpty()
                        ? "none"
                        : known.keySet().stream().collect(Collectors.joining(", "))));
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : known.values()) {
      Object value = given.get(parameter.name());
      values.put(parameter.name(), value == null ? absent(parameter) : parameter.check(value));
    }
    return new Parameters(Collections.unmodifiableMap(values));
  }

  private static Object absent(Parameter<?> parameter) {
    if (parameter.absent().isEmpty()) {
      throw new ParameterException(
          parameter.name(), "is missing (allowed: " + parameter.allowed() + ")");
    }
    return parameter.absent().get();
  }

  /**
   * The value of a parameter.
   *
   * @throws IllegalArgumentException if the extension's description does not list the parameter
   */
  public <T> T get(Parameter<T> parameter) {
    Object value = values.get(parameter.name());
    if (value == null) {
      throw new IllegalArgumentException(
          "parameter '" + parameter.name() + "' is not in the extension's description");
    }
    return parameter.check(value);
  }

  /** All values by name, in the description's order. */
  public Map<String, Object> values() {
    return values;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
