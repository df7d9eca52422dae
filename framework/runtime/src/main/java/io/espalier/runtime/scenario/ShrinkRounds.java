package io.espalier.runtime.scenario;

import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.runtime.scenario.StageKind.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A shrink stage in rounds stands for two stages a round: one that takes channels, one that trains.
 * Shares of channels are those of what there was before the first round, so that the last round
 * ends exactly at the stage's; of other figures each round takes such a share of what the one
 * before left that the last one gets there.
 */
final class ShrinkRounds {
  private ShrinkRounds() {}

  private static final Set<String> SHARES =
      Set.of(
          ShrinkSettings.SPARSITY.name(),
          ShrinkSettings.MAX_SPARSITY_PER_LAYER.name(),
          "sparsityPerLayer",
          "totalSparsity");

  /**
   * The stages that a stage stands for: itself, if it has no rounds.
   *
   * @throws ParameterException if it has rounds and lacks a fine-tuner
   */
  static List<StageSpec> of(StageSpec stage) {
    Parameters settings = stage.settings();
    if (settings.find(PruneSettings.ROUNDS).isEmpty()) {
      return List.of(stage);
    }
    Use fineTuner =
        stage
            .use(Role.FINE_TUNER)
            .orElseThrow(
                () ->
                    new ParameterException(
                        PruneSettings.ROUNDS.name(), "rounds need a fineTuner for after each"));
    int rounds = settings.get(PruneSettings.ROUNDS);
    List<StageSpec> stages = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      Map<String, Object> given = new LinkedHashMap<>(stage.given());
      given.keySet().removeIf(ShrinkRounds::isOfAll);
      given.putIfAbsent(ShrinkSettings.SPARSITY.name(), settings.get(ShrinkSettings.SPARSITY));
      if (ofChannels(settings)) {
        given.put(ShrinkSettings.SINCE.name(), stage.name() + "-1");
      }
      String name = stage.name() + "-" + round;
      stages.add(
          new StageSpec(name, StageKind.SHRINK, stage.uses(), paced(given, settings, round)));
      stages.add(
          new StageSpec(name + "-train", StageKind.FINE_TUNE, Map.of(Role.FINE_TUNER, fineTuner)));
    }
    return stages;
  }

  private static boolean isOfAll(String key) {
    String name = Parameters.camelCase(key);
    return name.equals(PruneSettings.ROUNDS.name())
        || name.equals(PruneSettings.ROUND_SCHEDULE.name());
  }

  /** The same with what a round takes in place of every share, those of layers too. */
  private static Map<String, Object> paced(
      Map<String, Object> given, Parameters settings, int round) {
    Map<String, Object> paced = new LinkedHashMap<>();
    given.forEach((key, value) -> paced.put(key, paced(key, value, settings, round)));
    return paced;
  }

  private static Object paced(String key, Object value, Parameters settings, int round) {
    if (value instanceof Number share && SHARES.contains(Parameters.camelCase(key))) {
      return share(share.doubleValue(), settings, round);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(entry -> paced(key, entry, settings, round)).toList();
    }
    if (value instanceof Map<?, ?> entry) {
      Map<String, Object> own = new LinkedHashMap<>();
      entry.forEach((k, v) -> own.put(String.valueOf(k), paced("" + k, v, settings, round)));
      return own;
    }
    return value;
  }

  private static boolean ofChannels(Parameters settings) {
    return settings.get(ShrinkSettings.OF).equals(ShrinkSettings.CHANNELS);
  }

  /** What a round goes to of a share. */
  private static double share(double end, Parameters settings, int round) {
    int rounds = settings.get(PruneSettings.ROUNDS);
    double then = Rounds.sparsity(settings, end, (double) round / rounds);
    if (ofChannels(settings)) {
      return then;
    }
    double left = 1 - Rounds.sparsity(settings, end, (double) (round - 1) / rounds);
    return left == 0 ? 1 : Math.max(0, 1 - (1 - then) / left);
  }
}
