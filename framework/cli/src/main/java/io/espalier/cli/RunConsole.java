package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.core.FailureProtos;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.CutGroup;
import io.espalier.proto.Failure;
import io.espalier.proto.Metric;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunStarted;
import io.espalier.proto.StageStarted;
import io.espalier.proto.Step;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells a run's events to a person. */
final class RunConsole implements Consumer<RunEvent> {
  private final Terminal terminal;
  private int stages;
  private StageStarted stage = StageStarted.getDefaultInstance();
  private Step step = Step.getDefaultInstance();
  private boolean ended;
  private Optional<EspalierException> failure = Optional.empty();

  RunConsole(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void accept(RunEvent event) {
    switch (event.getEventCase()) {
      case RUN_STARTED -> started(event.getRunStarted());
      case RUN_RESUMED -> resumed(event.getRunResumed());
      case RUN_PAUSED -> terminal.line("paused");
      case RUN_CONTINUED -> terminal.line("continued");
      case STAGE_STARTED -> stage = event.getStageStarted();
      case STAGE_FINISHED -> finished(event.getStageFinished().getSeconds());
      case STEP -> step(event.getStep());
      case METRIC -> metric(event.getMetric());
      case EXPORTED ->
          terminal.line(
              "      wrote %s (%,d bytes)"
                  .formatted(event.getExported().getPath(), (long) event.getExported().getBytes()));
      case CHANNELS_CUT -> cut(event.getChannelsCut());
      case PLAN_PROPOSED ->
          terminal.line(
              "      plan '%s' waits until somebody approves it"
                  .formatted(event.getPlanProposed().getPlan()));
      case LOG ->
          terminal.line(
              "      %s: %s".formatted(event.getLog().getLevel(), event.getLog().getMessage()));
      case FAILURE -> failed(event.getFailure());
      case RUN_FINISHED -> ended = true;
      default -> {}
    }
  }

  private void started(RunStarted started) {
    stages = started.getStagesCount();
    terminal.line(
        "run '%s' on %s, seed %s, %d stages"
            .formatted(started.getScenario(), started.getDataset(), started.getSeed(), stages));
  }

  /** What ended before is not the end any more. */
  private void resumed(RunResumed resumed) {
    ended = false;
    failure = Optional.empty();
    terminal.line(
        "resumed at stage %d, step %,d".formatted(resumed.getStageIndex() + 1, resumed.getStep()));
  }

  private String label() {
    return "[%d/%d] %s"
        .formatted(stage.getIndex() + 1, Math.max(stages, stage.getIndex() + 1), stage.getName());
  }

  private void step(Step now) {
    step = now;
    double share = stage.getTotalSteps() == 0 ? 0 : (double) now.getStep() / stage.getTotalSteps();
    terminal.draw(
        "%s  step %,d/%,d  loss %.4f  accuracy %.3f  sparsity %.1f %%  %,.0f samples/s"
            .formatted(
                label(),
                now.getStep(),
                stage.getTotalSteps(),
                now.getLoss(),
                now.getAccuracy(),
                100 * now.getSparsity(),
                now.getSamplesPerSecond()),
        share,
        now.getStep() == stage.getTotalSteps());
  }

  private void finished(double seconds) {
    String figures =
        stage.getTotalSteps() == 0
            ? ""
            : ", loss %.4f, sparsity %.2f %%".formatted(step.getLoss(), 100 * step.getSparsity());
    terminal.line("%s (%s) done in %.1f s%s".formatted(label(), stage.getKind(), seconds, figures));
  }

  private void metric(Metric metric) {
    if (metric.getSubject().equals("test") || metric.getName().equals("accuracy")) {
      terminal.line(
          "      %s %s %.4f".formatted(metric.getSubject(), metric.getName(), metric.getValue()));
    }
  }

  private void cut(ChannelsCut cut) {
    for (CutGroup group : cut.getGroupsList()) {
      terminal.line(
          "      %s: %,d of %,d channels stay"
              .formatted(
                  group.getGroup().isEmpty() ? group.getTensor() : group.getGroup(),
                  group.getAfter(),
                  group.getBefore()));
    }
    terminal.line(
        "      parameters %,d -> %,d, multiply-accumulates %,d -> %,d"
            .formatted(
                (long) cut.getParametersBefore(),
                (long) cut.getParametersAfter(),
                (long) cut.getMacsBefore(),
                (long) cut.getMacsAfter()));
  }

  private void failed(Failure reported) {
    String message =
        reported.getStage().isEmpty()
            ? reported.getMessage()
            : "stage '%s': %s".formatted(reported.getStage(), reported.getMessage());
    failure = Optional.of(new EspalierException(FailureProtos.fromProto(reported).code(), message));
  }

  /** Whether the run's last event has come. */
  boolean ended() {
    return ended;
  }

  /** Why the run failed, if it did. */
  Optional<EspalierException> failure() {
    return failure;
  }
}
