package io.espalier.runtime.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An extension as a scenario names it.
 *
 * @param id the extension's id
 * @param parameters as given: a {@link Number}, {@link Boolean} or {@link String} each, unchecked
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
