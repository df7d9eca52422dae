package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Schedule;
import io.espalier.api.TrainingControl;
import io.espalier.proto.RunEvent;
import io.espalier.proto.SettingChanged;

/**
 * What somebody changes of one training while it is on, on the training's own thread and between
 * two steps: each change is told by an event, and holds from the next step on. What was changed
 * before a run was cut off is changed again, at the same step.
 */
final class SteeredTraining {
  private final StageTask task;
  private final Horizon horizon;
  private final MaskUpdates masks;
  private double rateFactor = 1;
  private double rate;

  SteeredTraining(StageTask task, Horizon horizon, MaskUpdates masks) {
    this.task = task;
    this.horizon = horizon;
    this.masks = masks;
  }

  /** Puts into force what was changed before the step that a training goes on from. */
  void begin(int step, TrainingControl control) {
    int told = task.resumeFrom().isPresent() ? step : -1;
    for (SettingChanged change : interventions().changes(stage(), 0, step)) {
      apply(change, control);
      if (change.getStep() > told) {
        tell(change);
      }
    }
    task.context().steering().trainingBegins();
  }

  /**
   * After a step: does again what was changed here before.
   *
   * @param learningRate of the step
   */
  void after(int step, double learningRate, TrainingControl control) {
    rate = learningRate;
    for (SettingChanged change : interventions().changes(stage(), step, step)) {
      apply(change, control);
      tell(change);
    }
  }

  /** Does what is asked for now. */
  void answer(int step, TrainingControl control) {
    RunSteering steering = task.context().steering();
    for (var ask = steering.nextChange(); ask.isPresent(); ask = steering.nextChange()) {
      RunSteering.Change change = ask.get();
      try {
        change(change.name(), change.value(), step, control);
        change.done().tryComplete();
      } catch (EspalierException e) {
        change.done().tryFail(e);
      }
    }
  }

  /**
   * Changes a setting from the next step on.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if it cannot be changed so
   */
  void change(String name, double value, int step, TrainingControl control) {
    SettingChanged event = decide(name, value, step);
    apply(event, control);
    interventions().add(event);
    tell(event);
  }

  void end() {
    task.context().steering().trainingEnds();
  }

  private SettingChanged decide(String name, double value, int step) {
    SettingChanged.Builder event =
        SettingChanged.newBuilder()
            .setName(name)
            .setValue(value)
            .setStageIndex(stage())
            .setStep(step);
    switch (name) {
      case Interventions.TARGET_SPARSITY ->
          told(event, SteeredSchedule.toTarget(schedule(), step, value, horizon));
      case Interventions.END_STEP ->
          told(event, SteeredSchedule.toEnd(schedule(), step, whole(value), horizon));
      case Interventions.LEARNING_RATE -> event.setRateFactor(factor(value));
      default ->
          throw new EspalierException(
              FailureCode.USAGE,
              "'%s' cannot be changed while a run is on (allowed: %s, %s, %s)"
                  .formatted(
                      name,
                      Interventions.TARGET_SPARSITY,
                      Interventions.END_STEP,
                      Interventions.LEARNING_RATE));
    }
    return event.build();
  }

  private static void told(SettingChanged.Builder event, SteeredSchedule schedule) {
    event
        .addAllUpdateSteps(schedule.updates().keySet())
        .addAllUpdateSparsities(schedule.updates().values());
  }

  private static int whole(double value) {
    if (value != Math.rint(value) || Math.abs(value) > 1e9) {
      throw new EspalierException(
          FailureCode.USAGE, "endStep %s is no whole number".formatted(value));
    }
    return (int) value;
  }

  private Schedule schedule() {
    return masks
        .schedule()
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.USAGE,
                    "stage '%s' has no schedule to change".formatted(task.stage().name())));
  }

  private double factor(double wanted) {
    if (!(wanted > 0) || Double.isInfinite(wanted)) {
      throw new EspalierException(
          FailureCode.USAGE, "learningRate %s is not allowed (allowed: above 0)".formatted(wanted));
    }
    if (!(rate > 0)) {
      throw new EspalierException(
          FailureCode.USAGE, "learningRate cannot be changed while it is 0; try after a step");
    }
    return wanted / (rate / rateFactor);
  }

  private void apply(SettingChanged change, TrainingControl control) {
    if (change.getName().equals(Interventions.LEARNING_RATE)) {
      control.scaleLearningRate(change.getRateFactor());
      rateFactor = change.getRateFactor();
    } else {
      masks.follow(
          SteeredSchedule.recorded(
              schedule(),
              change.getStep(),
              change.getUpdateStepsList(),
              change.getUpdateSparsitiesList()));
    }
  }

  private void tell(SettingChanged change) {
    task.context().events().publish(RunEvent.newBuilder().setSettingChanged(change));
  }

  private Interventions interventions() {
    return task.context().interventions();
  }

  private int stage() {
    return task.stage().index();
  }
}
