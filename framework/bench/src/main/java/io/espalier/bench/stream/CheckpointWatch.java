package io.espalier.bench.stream;

import io.espalier.api.Checkpoint;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;

/** Passes everything on and notes whether a checkpoint was asked for. */
final class CheckpointWatch implements TrainingControl {
  private final TrainingControl control;
  private boolean checkpointed;

  CheckpointWatch(TrainingControl control) {
    this.control = control;
  }

  boolean checkpointed() {
    return checkpointed;
  }

  @Override
  public Model model() {
    return control.model();
  }

  @Override
  public void apply(Plan plan) {
    control.apply(plan);
  }

  @Override
  public Tensor gradient(String tensor) {
    return control.gradient(tensor);
  }

  @Override
  public Checkpoint checkpoint() {
    checkpointed = true;
    return control.checkpoint();
  }

  @Override
  public void scaleLearningRate(double factor) {
    control.scaleLearningRate(factor);
  }

  @Override
  public void stop() {
    control.stop();
  }
}
