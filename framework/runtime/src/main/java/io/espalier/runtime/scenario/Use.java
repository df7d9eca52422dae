package io.espalier.runtime.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An extension as a scenario names it.
 *
 * @param id the extension's id
 * @param parameters as given and unchecked: numbers, truth values and texts, lists of values, and
 *     maps of names to values
 */
public record Use(String id, Map<String, Object> parameters) {
  public Use {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** The extension with its defaults. */
  public static Use of(String id) {
    return new Use(id, Map.of());
  }
}
