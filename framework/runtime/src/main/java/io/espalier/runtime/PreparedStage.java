package io.espalier.runtime;

import io.espalier.api.ChannelPruner;
import io.espalier.api.Clusterer;
import io.espalier.api.Exporter;
import io.espalier.api.Extension;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Pruner;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.api.Structure;
import io.espalier.core.Allocation;
import io.espalier.core.Encoding;
import io.espalier.core.SchedulePreview;
import io.espalier.core.Seeds;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.util.List;
import java.util.Locale;
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

  /** The seed of one purpose in a stage of a scenario with a seed. */
  static long seed(long scenario, PreparedStage stage, String purpose) {
    return Seeds.derive(scenario, "stage/" + stage.name() + "/" + purpose);
  }

  /** Optimizer steps; 0 where the stage does not train. */
  int totalSteps() {
    return horizon.map(Horizon::totalSteps).orElse(0);
  }

  /**
   * The sparsity that a stage without a schedule prunes to.
   *
   * @throws ParameterException if it does not say one
   */
  double sparsity() {
    Optional<Double> own = spec.settings().find(PruneSettings.SPARSITY);
    if (structure() instanceof Structure.Pattern pattern) {
      return own.orElse((double) pattern.zeros() / pattern.of());
    }
    return own.orElseThrow(
        () ->
            new ParameterException(
                PruneSettings.SPARSITY.name(),
                "is missing: without a scheduler the stage must say how far it prunes"));
  }

  /**
   * Checks that a sparsity is that of the pattern, if one is asked for.
   *
   * @throws ParameterException if it is not
   */
  void requirePattern(double sparsity) {
    if (structure() instanceof Structure.Pattern pattern) {
      double share = (double) pattern.zeros() / pattern.of();
      if (Math.abs(sparsity - share) > 1e-9) {
        throw new ParameterException(
            PruneSettings.SPARSITY.name(),
            "%s is not allowed: %d of every %d is %s"
                .formatted(sparsity, pattern.zeros(), pattern.of(), share));
      }
    }
  }

  /** The sparsity that layers without a target of their own end with, if later stages go on. */
  double towards(double own) {
    return spec.settings().find(PruneSettings.TOWARDS).orElse(own);
  }

  /** How a prune stage allots sparsity over layers. */
  Allocation allocation() {
    Parameters settings = spec.settings();
    return new Allocation(
        Allocation.Method.valueOf(settings.get(PruneSettings.ALLOCATION).toUpperCase(Locale.ROOT)),
        settings.get(PruneSettings.MIN_SPARSITY_PER_LAYER),
        settings.get(PruneSettings.MAX_SPARSITY_PER_LAYER));
  }

  /**
   * Which weights go together in a prune stage.
   *
   * @throws ParameterException if the settings contradict each other
   */
  Structure structure() {
    Parameters settings = spec.settings();
    List<Integer> block = settings.get(PruneSettings.BLOCK_SIZE);
    Optional<List<Integer>> pattern = settings.find(PruneSettings.SPARSITY_M_BY_N);
    boolean blocks = !block.equals(List.of(1, 1));
    if (pattern.isPresent()) {
      int zeros = pattern.get().get(0);
      int of = pattern.get().get(1);
      if (zeros >= of || blocks) {
        throw new ParameterException(
            PruneSettings.SPARSITY_M_BY_N.name(),
            blocks
                ? "cannot be together with blockSize"
                : "%d of every %d cannot go (allowed: fewer zeros than neighbours)"
                    .formatted(zeros, of));
      }
      return new Structure.Pattern(zeros, of);
    }
    return blocks
        ? new Structure.Blocks(
            block.get(0),
            block.get(1),
            Structure.Pooling.valueOf(settings.get(PruneSettings.BLOCK_POOLING_TYPE)))
        : Structure.ELEMENTS;
  }

  Plugged<Pruner> pruner(ExtensionCatalog catalog) {
    return plugged(catalog, Pruner.class, Role.PRUNER);
  }

  Plugged<ChannelPruner> channelPruner(ExtensionCatalog catalog) {
    return plugged(catalog, ChannelPruner.class, Role.CHANNEL_PRUNER);
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

  /** The exporter of an export stage; that of dense ONNX where it names none. */
  Plugged<Exporter> exporter(ExtensionCatalog catalog) {
    Use use = spec.use(Role.EXPORTER).orElseGet(() -> Use.of(Encoding.ONNX.id()));
    return plugged(catalog, Exporter.class, Role.EXPORTER, use);
  }

  private <E extends Extension> Plugged<E> plugged(
      ExtensionCatalog catalog, Class<E> type, Role role) {
    Use use =
        spec.use(role)
            .orElseThrow(
                () -> new IllegalStateException("stage '" + name() + "' has no " + role.key()));
    return plugged(catalog, type, role, use);
  }

  private <E extends Extension> Plugged<E> plugged(
      ExtensionCatalog catalog, Class<E> type, Role role, Use use) {
    return Plugged.of(catalog, type, use, "stages[%d].%s".formatted(index, role.key()), name());
  }
}
