package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.runtime.scenario.PruneSettings;
import java.util.List;
import java.util.Optional;

/** Earlier states of a run's model that a stage names. */
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

  /**
   * The model that a stage was given, that one or an earlier one of the run.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if there is no such stage, or its model
   *     is not there any more
   */
  static Model before(StageTask task, String name) {
    if (name.equals(task.stage().name())) {
      return task.model();
    }
    List<PreparedStage> earlier = task.context().run().stages().subList(0, task.stage().index());
    return earlier.stream()
        .filter(other -> other.name().equals(name))
        .findFirst()
        .flatMap(stage -> task.context().checkpoints().model(stage.index() - 1))
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.USAGE,
                    "stages[%d].since: \"%s\" is no stage before this one whose model is there (stages before: %s)"
                        .formatted(task.stage().index(), name, names(earlier))));
  }

  private static String names(List<PreparedStage> stages) {
    return String.join(", ", stages.stream().map(PreparedStage::name).toList());
  }

  private static EspalierException unknown(
      StageTask task, String name, List<PreparedStage> earlier) {
    return new EspalierException(
        FailureCode.USAGE,
        "stages[%d].rewindTo: \"%s\" is no stage before this one (allowed: %s and %s)"
            .formatted(task.stage().index(), name, START, names(earlier)));
  }
}
