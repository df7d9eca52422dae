package io.espalier.runtime;

import io.espalier.api.Clusterer;
import io.espalier.api.Extension;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.core.SchedulePreview;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.util.Optional;

/**
 * A stage that was found to be possible before the run began.
 *
 * @param index position in the scenario, from 0
 * @param spec as the scenario has it
 * @param horizon how long it trains, if it does
 * @param pruning when and how far it prunes, if it does
 */
record PreparedStage(
    int index, StageSpec spec, Optional<Horizon> horizon, Optional<Pruning> pruning) {
  /**
   * @param preview every update that the schedule asks for
   */
  record Pruning(Schedule schedule, SchedulePreview preview) {
    /** The sparsity that the stage ends with: the target of the last update. */
    double target() {
      return preview.updates().get(preview.updates().size() - 1).sparsity();
    }
  }

  String name() {
    return spec.name();
  }

  /** Optimizer steps; 0 where the stage does not train. */
  int totalSteps() {
    return horizon.map(Horizon::totalSteps).orElse(0);
  }

  Plugged<Pruner> pruner(ExtensionCatalog catalog) {
    return plugged(catalog, Pruner.class, Role.PRUNER);
  }

  Plugged<Scheduler> scheduler(ExtensionCatalog catalog) {
    return plugged(catalog, Scheduler.class, Role.SCHEDULER);
  }

  Plugged<Clusterer> clusterer(ExtensionCatalog catalog) {
    return plugged(catalog, Clusterer.class, Role.CLUSTERER);
  }

  Plugged<FineTuner> fineTuner(ExtensionCatalog catalog) {
    return plugged(catalog, FineTuner.class, Role.FINE_TUNER);
  }

  private <E extends Extension> Plugged<E> plugged(
      ExtensionCatalog catalog, Class<E> type, Role role) {
    Use use =
        spec.use(role)
            .orElseThrow(
                () -> new IllegalStateException("stage '" + name() + "' has no " + role.key()));
    return Plugged.of(catalog, type, use, "stages[%d].%s".formatted(index, role.key()), name());
  }
}
