package io.espalier.runtime.scenario;

import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.runtime.scenario.StageKind.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One stage of a scenario.
 *
 * @param name unique in the scenario; also the name of the file that an export writes
 * @param kind what it does
 * @param uses the extensions that it names, by the role that they play
 * @param given what else it sets, as the scenario has it
 */
public record StageSpec(
    String name, StageKind kind, Map<Role, Use> uses, Map<String, Object> given) {
  /**
   * @throws ParameterException if a setting is not allowed
   */
  public StageSpec {
    uses = Collections.unmodifiableMap(new TreeMap<>(uses));
    given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    Parameters.of("", kind.settings(), given);
  }

  /** A stage with its kind's defaults. */
  public StageSpec(String name, StageKind kind, Map<Role, Use> uses) {
    this(name, kind, uses, Map.of());
  }

  /** What else it sets, defaults filled in. */
  public Parameters settings() {
    return Parameters.of("", kind.settings(), given);
  }

  /** The extension that plays a role, if the stage has one. */
  public Optional<Use> use(Role role) {
    return Optional.ofNullable(uses.get(role));
  }
}
