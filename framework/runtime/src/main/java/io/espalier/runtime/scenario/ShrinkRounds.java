package io.espalier.runtime.scenario;

import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.runtime.scenario.StageKind.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A shrink stage in rounds stands for two stages a round: one that takes channels, one that trains.
 * Each round takes such a share of what the one before left that the last one gets to the stage's.
 */
final class ShrinkRounds {
  private ShrinkRounds() {}

  /**
   * The stages that a stage stands for: itself, if it has no rounds.
   *
   * @throws ParameterException if it has rounds and lacks a fine-tuner, or its layers have shares
   *     of their own
   */
  static List<StageSpec> of(StageSpec stage) {
    Parameters settings = stage.settings();
    if (settings.find(PruneSettings.ROUNDS).isEmpty()) {
      return List.of(stage);
    }
    Use fineTuner =
        stage.use(Role.FINE_TUNER).orElseThrow(() -> refused("need a fineTuner for after each"));
    if (ShrinkSettings.selection(stage).hasTargets()) {
      throw refused("go with one sparsity for all layers");
    }
    int rounds = settings.get(PruneSettings.ROUNDS);
    double end = settings.get(ShrinkSettings.SPARSITY);
    List<StageSpec> stages = new ArrayList<>();
    double left = 1;
    for (int round = 1; round <= rounds; round++) {
      double then = 1 - Rounds.sparsity(settings, end, (double) round / rounds);
      Map<String, Object> given = new LinkedHashMap<>(stage.given());
      given.keySet().removeIf(ShrinkRounds::isOfAll);
      given.put(ShrinkSettings.SPARSITY.name(), Math.max(0, 1 - then / left));
      left = then;
      String name = stage.name() + "-" + round;
      stages.add(new StageSpec(name, StageKind.SHRINK, stage.uses(), given));
      stages.add(
          new StageSpec(name + "-train", StageKind.FINE_TUNE, Map.of(Role.FINE_TUNER, fineTuner)));
    }
    return stages;
  }

  private static boolean isOfAll(String key) {
    String name = Parameters.camelCase(key);
    return name.equals(PruneSettings.ROUNDS.name())
        || name.equals(PruneSettings.ROUND_SCHEDULE.name())
        || name.equals(ShrinkSettings.SPARSITY.name());
  }

  private static ParameterException refused(String what) {
    return new ParameterException(PruneSettings.ROUNDS.name(), "rounds " + what);
  }
}
