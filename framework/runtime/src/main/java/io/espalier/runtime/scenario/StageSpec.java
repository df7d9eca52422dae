package io.espalier.runtime.scenario;

import io.espalier.runtime.scenario.StageKind.Role;
import java.util.Optional;

/**
 * One stage of a scenario. The roles that its kind needs are present, all others are empty.
 *
 * @param name unique in the scenario; also the name of the file that an export writes
 * @param kind what it does
 */
public record StageSpec(
    String name,
    StageKind kind,
    Optional<Use> pruner,
    Optional<Use> scheduler,
    Optional<Use> clusterer,
    Optional<Use> fineTuner) {
  /** The extension that plays a role, if the stage has one. */
  public Optional<Use> use(Role role) {
    return switch (role) {
      case PRUNER -> pruner;
      case SCHEDULER -> scheduler;
      case CLUSTERER -> clusterer;
      case FINE_TUNER -> fineTuner;
    };
  }
}
