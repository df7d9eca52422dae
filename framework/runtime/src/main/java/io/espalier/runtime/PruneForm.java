package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Structure;
import io.espalier.core.Allocation;
import io.espalier.core.LayerSelection;
import io.espalier.core.PruneGoal;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.StageKind.Role;
import java.util.List;

/**
 * The forms that a prune stage may have: with scheduler and fine-tuner it prunes while it trains;
 * with neither it prunes at once.
 */
final class PruneForm {
  private PruneForm() {}

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the place in the scenario
   */
  static void require(PreparedStage stage) {
    String path = "stages[%d]".formatted(stage.index());
    boolean scheduled = stage.spec().use(Role.SCHEDULER).isPresent();
    if (scheduled != stage.spec().use(Role.FINE_TUNER).isPresent()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s.%s: is missing: a prune stage has a scheduler and a fineTuner, or neither to prune at once"
              .formatted(path, scheduled ? Role.FINE_TUNER.key() : Role.SCHEDULER.key()));
    }
    if (scheduled && stage.spec().settings().find(PruneSettings.SPARSITY).isPresent()) {
      throw new EspalierException(
          FailureCode.USAGE,
          path + ".sparsity: is not allowed: the schedule says how far the stage prunes");
    }
    try {
      new LayerSelection(stage.spec().settings());
      requireAllocation(stage);
      if (!scheduled) {
        stage.requirePattern(stage.sparsity());
      }
      stage.structure();
    } catch (ParameterException e) {
      throw new EspalierException(
          e.code(), "%s.%s: %s".formatted(path, e.parameter(), e.problem()), e);
    }
  }

  private static void requireAllocation(PreparedStage stage) {
    boolean uniform = stage.allocation().method() == Allocation.Method.UNIFORM;
    if (!uniform && stage.structure() instanceof Structure.Pattern) {
      throw new ParameterException(
          PruneSettings.ALLOCATION.name(),
          "a pattern goes as far in every layer (allowed with sparsityMByN: uniform)");
    }
  }

  /**
   * Checks a stage's selection and structure against the model that the run starts from.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the place in the scenario
   */
  static void requireFits(PreparedStage stage, Model model) {
    try {
      List<LayerSelection.Choice> layers =
          new LayerSelection(stage.spec().settings()).select(model).layers();
      new PruneGoal(layers, stage.structure(), stage.allocation(), 0, unmasked(model));
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(), "stages[%d].%s".formatted(stage.index(), e.getMessage()), e);
    }
  }

  /** What earlier stages mask is not known yet. */
  private static Model unmasked(Model model) {
    return Model.of(model.graph(), model.tensors().values());
  }
}
