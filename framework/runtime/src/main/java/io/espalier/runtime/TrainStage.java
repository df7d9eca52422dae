package io.espalier.runtime;

import io.espalier.api.FineTuner;
import io.espalier.api.Model;

/** Trains under the constraints that the model has. */
final class TrainStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    Plugged<FineTuner> fineTuner = task.stage().fineTuner(task.context().extensions());
    FollowedTraining training = new FollowedTraining(task, fineTuner, MaskUpdates.NONE);
    Model trained = training.run();
    return new Outcome(trained, fineTuner.id(), "trained for %d steps".formatted(training.steps()));
  }
}
