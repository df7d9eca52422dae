package io.espalier.runtime;

import io.espalier.api.FineTuner;

/** Trains under the constraints that the model has. */
final class TrainStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    Plugged<FineTuner> fineTuner = task.stage().fineTuner(task.context().extensions());
    return new Outcome(
        new FollowedTraining(task, fineTuner, MaskUpdates.NONE).run(),
        fineTuner.id(),
        "trained for %d steps".formatted(task.stage().totalSteps()));
  }
}
