package io.espalier.runtime;

import io.espalier.api.Checkpoint;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.StepReport;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import io.espalier.proto.Checkpointed;
import io.espalier.proto.Log;
import io.espalier.proto.Metric;
import io.espalier.proto.RunEvent;
import io.espalier.proto.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One training of a run, followed step by step: new masks, events, checkpoints, pause and end all
 * happen in the listener, in this order. So a checkpoint holds the masks of its step, and the log
 * has all events up to it.
 */
final class FollowedTraining implements TrainingListener {
  private final StageTask task;
  private final RunContext context;
  private final Plugged<FineTuner> fineTuner;
  private final Horizon horizon;
  private final MaskUpdates masks;
  private final SteeredTraining steered;
  private final ListenedTraining listened;
  private final int start;
  private int step;
  private int lastCheckpoint;
  private double sparsity;
  private boolean begun;
  private boolean endedEarly;
  private @Nullable RuntimeException failure;

  FollowedTraining(StageTask task, Plugged<FineTuner> fineTuner, MaskUpdates masks) {
    this.task = task;
    this.context = task.context();
    this.fineTuner = fineTuner;
    this.horizon =
        task.stage()
            .horizon()
            .orElseThrow(() -> new IllegalArgumentException("the stage does not train"));
    this.masks = masks;
    this.steered = new SteeredTraining(task, horizon, masks);
    this.listened = new ListenedTraining(task, horizon.totalSteps());
    this.start = task.resumeFrom().map(Checkpoint::step).orElse(0);
    this.step = start;
    this.lastCheckpoint = start;
  }

  /**
   * Trains from the task's model or checkpoint to the end.
   *
   * @throws io.espalier.api.EspalierException whatever ended the training before its last step
   */
  Model run() {
    FineTuner.Request request =
        new FineTuner.Request(
            task.model(),
            context.run().dataset(),
            fineTuner.parameters(),
            context.seed(task.stage(), "train"),
            task.resumeFrom());
    Model trained;
    try {
      trained = fineTuner.call(f -> f.fineTune(request, this));
    } catch (RuntimeException e) {
      throw failure == null ? e : failure;
    } finally {
      steered.end();
    }
    if (failure != null) {
      throw failure;
    }
    if (step != horizon.totalSteps() && !endedEarly) {
      throw fineTuner.broken("made %d of %d steps".formatted(step, horizon.totalSteps()));
    }
    tell(LayerShares.of(trained));
    return trained;
  }

  /** Steps done. */
  int steps() {
    return step;
  }

  @Override
  public void onBegin(int begin, TrainingControl control) {
    remember(
        () -> {
          if (begun || begin != start) {
            throw fineTuner.broken(
                "begins %s at step %d; it was to begin at step %d"
                    .formatted(begun ? "again" : "", begin, start));
          }
          begun = true;
          masks.begin(task.resumeFrom().map(Checkpoint::state).orElse(List.of()), control);
          steered.begin(begin, control);
          boolean fresh = task.resumeFrom().isEmpty();
          if (fresh && masks.updatesAt(0)) {
            masks.update(0, control);
          }
          LayerShares shares = LayerShares.of(control.model());
          sparsity = shares.sparsity();
          if (fresh) {
            tell(shares);
          }
          comeBy(() -> {}, control);
        });
  }

  private void comeBy(Runnable atPause, TrainingControl control) {
    context.steering().comeBy(context.events(), atPause, () -> steered.answer(step, control));
  }

  @Override
  public void onStep(StepReport report, TrainingControl control) {
    remember(
        () -> {
          if (!begun || report.step() != step + 1 || report.step() > horizon.totalSteps()) {
            throw fineTuner.broken(
                "reports step %d after step %d of %d"
                    .formatted(report.step(), step, horizon.totalSteps()));
          }
          step = report.step();
          masks.stepped(control);
          if (masks.updatesAt(step)) {
            masks.update(step, control);
            LayerShares shares = LayerShares.of(control.model());
            sparsity = shares.sparsity();
            tell(shares);
          }
          Step event = event(report);
          publish(RunEvent.newBuilder().setStep(event));
          listened.stepped(event);
          steered.after(step, report.learningRate(), control);
          if (step % horizon.stepsPerEpoch() == 0
              || step - lastCheckpoint >= context.checkpointSteps()) {
            saveCheckpoint(control);
          }
          if (step % horizon.stepsPerEpoch() == 0) {
            listened.epochEnded(event, steered, control);
          }
          comeBy(() -> saveCheckpoint(control), control);
        });
  }

  @Override
  public void onMetric(String subject, String metric, double value, int measuredAt) {
    remember(
        () -> {
          Metric measured =
              Metric.newBuilder()
                  .setStageIndex(stageIndex())
                  .setSubject(subject)
                  .setName(metric)
                  .setValue(value)
                  .setStep(measuredAt)
                  .build();
          publish(RunEvent.newBuilder().setMetric(measured));
          listened.measured(measured);
        });
  }

  @Override
  public void onEarlyEnd(int endedAt, String reason) {
    remember(
        () -> {
          if (!begun || endedEarly || endedAt != step || step >= horizon.totalSteps()) {
            throw fineTuner.broken(
                "ends early at step %d, after step %d of %d"
                    .formatted(endedAt, step, horizon.totalSteps()));
          }
          endedEarly = true;
          requireNoUpdateAhead(reason);
          publish(
              RunEvent.newBuilder()
                  .setLog(
                      Log.newBuilder()
                          .setLevel("INFO")
                          .setMessage(
                              "training ended early at step %d of %d: %s"
                                  .formatted(step, horizon.totalSteps(), reason))));
        });
  }

  private void requireNoUpdateAhead(String reason) {
    for (int ahead = step + 1; ahead <= horizon.totalSteps(); ahead++) {
      if (masks.updatesAt(ahead)) {
        throw fineTuner.at(
            new EspalierException(
                FailureCode.USAGE,
                "training ended early at step %d (%s), but the schedule still prunes at step %d; turn early stopping off or let the schedule end sooner"
                    .formatted(step, reason, ahead)));
      }
    }
  }

  /** The end of a training needs no checkpoint: the stage's model follows. */
  private void saveCheckpoint(TrainingControl control) {
    if (step == lastCheckpoint || step == horizon.totalSteps()) {
      return;
    }
    Checkpoint checkpoint = control.checkpoint();
    if (checkpoint.step() != step) {
      throw fineTuner.broken(
          "gives a checkpoint of step %d at step %d".formatted(checkpoint.step(), step));
    }
    context.events().force();
    List<Tensor> state = new ArrayList<>(checkpoint.state());
    state.addAll(masks.state());
    context
        .checkpoints()
        .saveTraining(
            stageIndex(),
            new Checkpoint(
                checkpoint.fineTuner(),
                checkpoint.step(),
                checkpoint.model(),
                state,
                checkpoint.scalars()));
    lastCheckpoint = step;
    publish(
        RunEvent.newBuilder()
            .setCheckpointed(Checkpointed.newBuilder().setStageIndex(stageIndex()).setStep(step)));
  }

  private Step event(StepReport report) {
    Step.Builder event =
        Step.newBuilder()
            .setStageIndex(stageIndex())
            .setStep(step)
            .setEpoch(report.epoch())
            .setLoss(report.loss())
            .setAccuracy(report.accuracy())
            .setLearningRate(report.learningRate())
            .setSamplesPerSecond(report.samplesPerSecond())
            .setSparsity(sparsity);
    masks.target(step).ifPresent(event::setTargetSparsity);
    return event.build();
  }

  /** A failure in here counts, whatever the fine-tuner makes of it. */
  private void remember(Runnable work) {
    try {
      fineTuner.inFramework(work);
    } catch (RuntimeException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  private void tell(LayerShares shares) {
    publish(RunEvent.newBuilder().setLayerSparsity(shares.event(stageIndex(), step)));
    masks.counted(step, shares);
  }

  private void publish(RunEvent.Builder event) {
    context.events().publish(event);
  }

  private int stageIndex() {
    return task.stage().index();
  }
}
