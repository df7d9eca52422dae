package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.runtime.scenario.PruneSettings;
import java.util.List;
import java.util.Optional;

/** The earlier state of a run's model that a prune stage names to rewind to. */
final class Origin {
  private static final String START = "start";

  private Origin() {}

  /**
   * The model, if it can be read; a pruner that does not rewind needs none.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if the stage names no earlier stage
   */
  static Optional<Model> of(StageTask task) {
    String name = task.stage().spec().settings().get(PruneSettings.REWIND_TO);
    Checkpoints checkpoints = task.context().checkpoints();
    if (name.equals(START)) {
      return checkpoints.initial();
    }
    List<PreparedStage> earlier = task.context().run().stages().subList(0, task.stage().index());
    int stage =
        earlier.stream()
            .filter(other -> other.name().equals(name))
            .findFirst()
            .map(PreparedStage::index)
            .orElseThrow(() -> unknown(task, name, earlier));
    return checkpoints.after(stage);
  }

  private static EspalierException unknown(
      StageTask task, String name, List<PreparedStage> earlier) {
    return new EspalierException(
        FailureCode.USAGE,
        "stages[%d].rewindTo: \"%s\" is no stage before this one (allowed: %s and %s)"
            .formatted(
                task.stage().index(),
                name,
                START,
                String.join(", ", earlier.stream().map(PreparedStage::name).toList())));
  }
}
