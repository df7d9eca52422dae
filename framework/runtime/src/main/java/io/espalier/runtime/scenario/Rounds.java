package io.espalier.runtime.scenario;

import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.runtime.scenario.StageKind.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A prune stage in rounds stands for two stages a round: one that prunes at once, one that trains.
 * So each round can be seen, resumed and reported like any other stage.
 *
 * <p>Rounds as in S. Han et al. (NeurIPS 2015); the geometric ones, which cut the same share of
 * what is left each time, as in J. Frankle, M. Carbin: The Lottery Ticket Hypothesis, ICLR 2019.
 */
final class Rounds {
  private static final double AGP_POWER = 3;

  private Rounds() {}

  /**
   * The stages that a stage stands for: itself, if it has no rounds.
   *
   * @throws ParameterException if it has rounds and lacks what they need
   */
  static List<StageSpec> of(StageSpec stage) {
    if (stage.kind() == StageKind.SHRINK) {
      return ShrinkRounds.of(stage);
    }
    if (stage.kind() != StageKind.PRUNE || stage.settings().find(PruneSettings.ROUNDS).isEmpty()) {
      return List.of(stage);
    }
    Parameters settings = stage.settings();
    int rounds = settings.get(PruneSettings.ROUNDS);
    Use fineTuner =
        stage.use(Role.FINE_TUNER).orElseThrow(() -> lacks("a fineTuner that trains after each"));
    if (stage.use(Role.SCHEDULER).isPresent()) {
      throw lacks("no scheduler, roundSchedule says how far each goes");
    }
    double end =
        settings
            .find(PruneSettings.SPARSITY)
            .orElseThrow(() -> lacks("sparsity, which the last one goes to"));
    List<StageSpec> stages = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      Map<String, Object> given = new LinkedHashMap<>(stage.given());
      given.keySet().removeIf(key -> isOneOf(key));
      given.put(PruneSettings.SPARSITY.name(), sparsity(settings, end, (double) round / rounds));
      given.put(PruneSettings.TOWARDS.name(), end);
      String name = stage.name() + "-" + round;
      stages.add(
          new StageSpec(
              name,
              StageKind.PRUNE,
              Map.of(Role.PRUNER, stage.use(Role.PRUNER).orElseThrow()),
              given));
      stages.add(
          new StageSpec(name + "-train", StageKind.FINE_TUNE, Map.of(Role.FINE_TUNER, fineTuner)));
    }
    return stages;
  }

  private static boolean isOneOf(String key) {
    String name = Parameters.camelCase(key);
    return name.equals(PruneSettings.ROUNDS.name())
        || name.equals(PruneSettings.ROUND_SCHEDULE.name())
        || name.equals(PruneSettings.SPARSITY.name());
  }

  static double sparsity(Parameters settings, double end, double progress) {
    if (progress == 1) {
      return end;
    }
    return switch (settings.get(PruneSettings.ROUND_SCHEDULE)) {
      case "linear" -> end * progress;
      case "agp" -> end * (1 - Math.pow(1 - progress, AGP_POWER));
      default -> 1 - Math.pow(1 - end, progress);
    };
  }

  private static ParameterException lacks(String what) {
    return new ParameterException(PruneSettings.ROUNDS.name(), "rounds need " + what);
  }
}
