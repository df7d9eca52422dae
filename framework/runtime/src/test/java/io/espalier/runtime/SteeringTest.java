package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.vertx.core.eventbus.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pausing, going on, cancelling and closing while runs are on. */
class SteeringTest {
  private static final int STEPS = 40;

  private final Path folder;
  private final AtomicInteger step = new AtomicInteger();
  private final CountDownLatch atFive = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private Espalier espalier;

  SteeringTest(@TempDir Path folder) {
    this.folder = folder;
    this.espalier = start();
  }

  /** A training tells when it comes to step 5, and goes no further until it is told. */
  private Espalier start() {
    return RunProbe.start(
        folder.resolve("runs"),
        FakeCatalog.withHook(
            now -> {
              step.set(now);
              if (now == 5) {
                atFive.countDown();
                awaitInterruptibly(goOn);
              }
            }));
  }

  private static void awaitInterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new EspalierException(FailureCode.CANCELLED, "the training was interrupted", e);
    }
  }

  @AfterEach
  void close() {
    espalier.close();
  }

  private Scenario scenario() {
    return Scenarios.of(folder, Scenarios.train("train", STEPS), Scenarios.evaluate("evaluate"));
  }

  private String submitAndReachFive() {
    String run = espalier.submit(scenario());
    awaitInterruptibly(atFive);
    return run;
  }

  private RunSummary ask(String address, String run) {
    return RunProbe.await(
        espalier
            .vertx()
            .eventBus()
            .<RunSummary>request(address, RunRef.newBuilder().setRun(run).build())
            .map(Message::body));
  }

  /** Completes with the summary in which a run is in a state. */
  private CompletableFuture<RunSummary> reached(RunState state) {
    CompletableFuture<RunSummary> reached = new CompletableFuture<>();
    espalier
        .vertx()
        .eventBus()
        .<RunSummary>consumer(
            Addresses.RUNS,
            message -> {
              if (message.body().getState() == state) {
                reached.complete(message.body());
              }
            });
    return reached;
  }

  private List<RunEvent> events(String run) {
    return RunProbe.events(espalier.store().get(run));
  }

  /** Pauses a training at its fifth step. */
  private String pausedAtFive() throws Exception {
    CompletableFuture<RunSummary> paused = reached(RunState.RUN_STATE_PAUSED);
    String run = submitAndReachFive();
    ask(Addresses.RUN_PAUSE, run);
    goOn.countDown();
    paused.get(10, TimeUnit.SECONDS);
    return run;
  }

  @Test
  void aPausedTrainingHoldsAtItsStepAndGoesOn() throws Exception {
    String run = pausedAtFive();
    assertThat(ask(Addresses.RUN_GET, run).getState()).isEqualTo(RunState.RUN_STATE_PAUSED);
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(step).hasValue(5);

    RunSummary resumed = ask(Addresses.RUN_RESUME, run);
    assertThat(resumed.getRun()).isEqualTo(run);
    assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(step).hasValue(STEPS);
    List<RunEvent> events = events(run);
    int paused = seq(events, RunEvent.EventCase.RUN_PAUSED);
    assertThat(events.get(paused).getEventCase()).isEqualTo(RunEvent.EventCase.RUN_CONTINUED);
    assertThat(events.get(paused - 2).getCheckpointed().getStep()).isEqualTo(5);
  }

  private static int seq(List<RunEvent> events, RunEvent.EventCase kind) {
    return events.stream()
        .filter(event -> event.getEventCase() == kind)
        .findFirst()
        .orElseThrow()
        .getSeq();
  }

  @Test
  void aPauseCanBeTakenBackBeforeItHolds() {
    String run = submitAndReachFive();
    ask(Addresses.RUN_PAUSE, run);
    ask(Addresses.RUN_RESUME, run);
    goOn.countDown();
    RunProbe.end(espalier, run);
    assertThat(events(run)).noneMatch(RunEvent::hasRunPaused);
  }

  @Test
  void aTrainingInMidStepIsCancelledAtOnce() {
    String run = submitAndReachFive();
    ask(Addresses.RUN_CANCEL, run);
    assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_CANCELLED);
    List<RunEvent> events = events(run);
    assertThat(events.get(events.size() - 2).getFailure().getCode())
        .isEqualTo(io.espalier.proto.FailureCode.FAILURE_CODE_CANCELLED);
    assertThat(events.get(events.size() - 2).getFailure().getStage()).isEqualTo("train");
    assertThat(events.get(events.size() - 1).getRunFinished().getState())
        .isEqualTo(RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void aPausedRunCanBeCancelled() throws Exception {
    String run = pausedAtFive();
    ask(Addresses.RUN_CANCEL, run);
    assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void aCancelledRunCanBeResumed() {
    String run = submitAndReachFive();
    ask(Addresses.RUN_CANCEL, run);
    RunProbe.end(espalier, run);
    goOn.countDown();
    espalier.resume(run);
    assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
  }

  @Test
  void aQueuedRunIsCancelledWithoutHavingBegun() {
    String first = submitAndReachFive();
    String second = espalier.submit(scenario());
    RunSummary cancelled = ask(Addresses.RUN_CANCEL, second);
    assertThat(cancelled.getState()).isEqualTo(RunState.RUN_STATE_CANCELLED);
    assertThat(RunProbe.kinds(events(second)))
        .containsExactly(RunEvent.EventCase.FAILURE, RunEvent.EventCase.RUN_FINISHED);
    goOn.countDown();
    assertThat(RunProbe.end(espalier, first).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
  }

  @Test
  void aQueuedRunCannotBePaused() {
    submitAndReachFive();
    String second = espalier.submit(scenario());
    assertRefused(Addresses.RUN_PAUSE, second, "queued");
    assertRefused(Addresses.RUN_RESUME, second, "queued");
  }

  @Test
  void aRunningRunCannotBeResumed() {
    String run = submitAndReachFive();
    assertRefused(Addresses.RUN_RESUME, run, "running");
  }

  @Test
  void anEndedRunCannotBeSteered() {
    goOn.countDown();
    String run = RunProbe.run(espalier, scenario()).getRun();
    assertRefused(Addresses.RUN_PAUSE, run, "is not on");
    assertRefused(Addresses.RUN_CANCEL, run, "is not on");
  }

  private void assertRefused(String address, String run, String message) {
    assertThatThrownBy(() -> ask(address, run))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining(message);
  }

  @Test
  void onlySoManyRunsWait() {
    submitAndReachFive();
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < Runs.MOST_WAITING; i++) {
      waiting.add(espalier.submit(scenario()));
    }
    assertThatThrownBy(() -> espalier.submit(scenario()))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
        .hasMessageContaining("waiting");
    ask(Addresses.RUN_CANCEL, waiting.get(3));
    assertThat(espalier.submit(scenario())).isNotEmpty();
  }

  @Test
  void closingLeavesRunsToBeResumed() {
    String first = submitAndReachFive();
    String second = espalier.submit(scenario());
    var firstEnd = espalier.finished(first);
    var secondEnd = espalier.finished(second);
    long began = System.nanoTime();
    espalier.close();
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(5);
    assertThat(RunProbe.await(firstEnd).getState()).isEqualTo(RunState.RUN_STATE_INTERRUPTED);
    assertThat(RunProbe.await(secondEnd).getState()).isEqualTo(RunState.RUN_STATE_INTERRUPTED);
    assertThat(events(first)).noneMatch(RunEvent::hasRunFinished);

    goOn.countDown();
    espalier = start();
    assertThat(ask(Addresses.RUN_GET, second).getScenario()).isEqualTo("tiny");
    espalier.resume(first);
    espalier.resume(second);
    assertThat(RunProbe.end(espalier, first).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(RunProbe.end(espalier, second).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
  }

  @Test
  void aPausedRunThatWasClosedGoesOnWhereItWasHeld() throws Exception {
    String run = pausedAtFive();
    espalier.close();
    espalier = start();
    espalier.resume(run);
    assertThat(RunProbe.end(espalier, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(events(run))
        .filteredOn(RunEvent::hasRunResumed)
        .extracting(event -> event.getRunResumed().getStep())
        .containsExactly(5);
  }

  @Test
  void closingTwiceIsFine() {
    espalier.close();
    espalier.close();
  }

  @Test
  void waitingOnAnEventLoopIsRefused() throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    espalier
        .vertx()
        .runOnContext(
            here -> {
              try {
                answer.complete(espalier.resume("r1"));
              } catch (IllegalStateException e) {
                answer.complete("refused");
              }
            });
    assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("refused");
  }
}
