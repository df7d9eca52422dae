package io.espalier.runtime;

import io.espalier.runtime.answered.AnsweredListener;
import io.espalier.runtime.plugin.ExtensionCatalog;
import java.util.List;

/**
 * What the stages of a run share.
 *
 * @param run what was asked for, with its data set
 * @param folder where files go
 * @param checkpoints where the run's state goes
 * @param checkpointSteps the most optimizer steps between two checkpoints
 * @param extensions what plugins give
 * @param events told what happens
 * @param steering to be come by at every step
 * @param interventions what people changed and approved so far
 * @param listeners asked after each epoch
 */
record RunContext(
    PreparedRun run,
    RunFolder folder,
    Checkpoints checkpoints,
    int checkpointSteps,
    ExtensionCatalog extensions,
    RunEvents events,
    RunSteering steering,
    Interventions interventions,
    List<AnsweredListener> listeners) {
  /** The seed of one purpose in a stage. */
  long seed(PreparedStage stage, String purpose) {
    return PreparedStage.seed(run.scenario().seed(), stage, purpose);
  }
}
