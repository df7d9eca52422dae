package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.EspalierException;
import io.espalier.proto.Log;
import io.espalier.proto.RunContinued;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunPaused;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunStarted;
import io.espalier.proto.StageStarted;
import io.espalier.proto.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
  private final List<RunEvent> events = new ArrayList<>();

  private RunHistory history() {
    return RunHistory.of(events::forEach);
  }

  private void at(double seconds, RunEvent.Builder event) {
    events.add(event.setSeq(events.size() + 1).setTimeMillis(1000 * seconds).build());
  }

  private void started(double seconds) {
    at(seconds, RunEvent.newBuilder().setRunStarted(RunStarted.newBuilder().setSeed("1")));
  }

  private void stage(int index, int steps) {
    at(
        0,
        RunEvent.newBuilder()
            .setStageStarted(
                StageStarted.newBuilder()
                    .setIndex(index)
                    .setName("stage" + index)
                    .setTotalSteps(steps)));
  }

  private void step(int stage, int step, double loss) {
    at(
        0,
        RunEvent.newBuilder()
            .setStep(Step.newBuilder().setStageIndex(stage).setStep(step).setLoss(loss)));
  }

  private void resumed(double seconds, int stage, int step) {
    at(
        seconds,
        RunEvent.newBuilder()
            .setRunResumed(RunResumed.newBuilder().setStageIndex(stage).setStep(step)));
  }

  private void log(double seconds) {
    at(seconds, RunEvent.newBuilder().setLog(Log.newBuilder().setMessage("on")));
  }

  @Test
  void stepsCountOverAllStages() {
    started(0);
    stage(0, 2);
    step(0, 1, 1);
    step(0, 2, 2);
    stage(1, 0);
    stage(2, 1);
    step(2, 1, 3);

    assertThat(history().curve()).extracting(Curve.Point::step).containsExactly(1L, 2L, 3L);
    assertThat(history().stages())
        .containsExactly(
            new RunHistory.TrainedStage("stage0", 0, 2),
            new RunHistory.TrainedStage("stage2", 2, 1));
  }

  @Test
  void stepsThatAResumptionRepeatsCountOnce() {
    started(0);
    stage(0, 3);
    step(0, 1, 0.9);
    step(0, 2, 0.8);
    step(0, 3, 0.7);
    stage(1, 1);
    step(1, 1, 0.6);
    resumed(0, 0, 1);
    step(0, 2, 0.5);
    step(0, 3, 0.4);
    stage(1, 1);
    step(1, 1, 0.3);

    assertThat(history().curve()).extracting(Curve.Point::loss).containsExactly(0.9, 0.5, 0.4, 0.3);
  }

  @Test
  void withoutAScheduleThereIsNoTarget() {
    started(0);
    stage(0, 1);
    step(0, 1, 1);

    assertThat(history().curve()).singleElement().matches(point -> Double.isNaN(point.target()));
  }

  @Test
  void pausesAndTheTimeWithoutAProcessDoNotCount() {
    started(0);
    log(10);
    at(12, RunEvent.newBuilder().setRunPaused(RunPaused.getDefaultInstance()));
    at(100, RunEvent.newBuilder().setRunContinued(RunContinued.getDefaultInstance()));
    log(103);
    resumed(500, 0, 0);
    log(507);
    at(600, RunEvent.newBuilder().setRunFinished(RunFinished.getDefaultInstance()));

    assertThat(history().seconds()).isCloseTo(12 + 3 + 7, within(1e-9));
  }

  @Test
  void aLogWithoutAStartIsRefused() {
    log(1);

    assertThatThrownBy(this::history)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("does not begin");
  }
}
