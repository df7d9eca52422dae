package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.TrainingControl;
import io.espalier.proto.EpochEnded;
import io.espalier.proto.ExtensionAnswer;
import io.espalier.proto.Metric;
import io.espalier.proto.SettingWanted;
import io.espalier.proto.Step;
import io.espalier.runtime.answered.AnsweredListener;
import java.util.ArrayList;
import java.util.List;

/**
 * What the listeners of a run are told of one training, epoch by epoch, and what they make of it.
 */
final class ListenedTraining {
  private final StageTask task;
  private final int totalSteps;
  private final List<Metric> metrics = new ArrayList<>();
  private double loss;
  private double accuracy;
  private int steps;

  ListenedTraining(StageTask task, int totalSteps) {
    this.task = task;
    this.totalSteps = totalSteps;
  }

  void measured(Metric metric) {
    metrics.add(metric);
  }

  void stepped(Step step) {
    loss += step.getLoss();
    accuracy += step.getAccuracy();
    steps++;
  }

  /**
   * Asks every listener in turn.
   *
   * @param last of the epoch
   * @param steered puts what is asked for into force
   * @throws EspalierException if a listener does not answer, or asks for what is refused
   */
  void epochEnded(Step last, SteeredTraining steered, TrainingControl control) {
    EpochEnded epoch =
        EpochEnded.newBuilder()
            .setRun(task.context().folder().id())
            .setStage(task.stage().name())
            .setTotalSteps(totalSteps)
            .setStep(last)
            .setLoss(loss / steps)
            .setAccuracy(accuracy / steps)
            .addAllMetrics(metrics)
            .build();
    metrics.clear();
    loss = 0;
    accuracy = 0;
    steps = 0;
    for (AnsweredListener listener : task.context().listeners()) {
      ExtensionAnswer answer = listener.ask(epoch);
      for (SettingWanted wanted : answer.getChangesList()) {
        try {
          steered.change(wanted.getName(), wanted.getValue(), last.getStep(), control);
        } catch (EspalierException e) {
          throw listener.refused(answer, e);
        }
      }
      if (answer.getPause()) {
        task.context().steering().pause();
      }
      if (answer.getCancel()) {
        task.context().steering().cancel();
      }
    }
  }
}
