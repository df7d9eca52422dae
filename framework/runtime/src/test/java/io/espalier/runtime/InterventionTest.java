package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.core.ExactSelector;
import io.espalier.core.Inspection;
import io.espalier.core.ModelProtos;
import io.espalier.proto.ChannelsCut;
import io.espalier.proto.DecidePlan;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.SetRun;
import io.espalier.proto.Step;
import io.espalier.runtime.fake.FakeCatalog;
import io.espalier.runtime.fake.Scenarios;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageSpec;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that are changed while they are on, and plans that wait to be approved. */
@Timeout(60)
class InterventionTest {
  private static final int STEPS = 24;

  private final Path folder;
  private final AtomicReference<Espalier> espalier = new AtomicReference<>();
  private final Path crashed;

  InterventionTest(@TempDir Path folder) {
    this.folder = folder;
    this.crashed = folder.resolve("crashed");
  }

  private static Espalier start(Path runs) {
    return RunProbe.start(runs, FakeCatalog.plain());
  }

  /**
   * Changes settings at steps 6 and 14, and keeps the run as a crash after step 16 would leave it.
   */
  private Espalier steered(Path runs, Map<Integer, SetRun> changes) {
    Espalier started =
        RunProbe.start(
            runs,
            FakeCatalog.withHook(
                step -> {
                  if (changes.containsKey(step)) {
                    ask(Objects.requireNonNull(espalier.get()), changes.get(step));
                    // The request must have come before the step ends.
                    RunProbe.until(() -> asked >= step);
                  }
                  if (step == 17 && !Files.exists(crashed)) {
                    RunProbe.copy(runs, crashed);
                  }
                }));
    espalier.set(started);
    return started;
  }

  private volatile int asked;

  private void ask(Espalier to, SetRun request) {
    String run = to.store().list().get(0).id();
    to.vertx()
        .eventBus()
        .request(Addresses.RUN_SET, request.toBuilder().setRun(run).build())
        .onFailure(failure -> refusal = String.valueOf(failure.getMessage()));
    // Another request is answered after it by the same event loop.
    RunProbe.await(
        to.vertx().eventBus().request(Addresses.RUN_GET, RunRef.newBuilder().setRun(run).build()));
    asked = Integer.MAX_VALUE;
  }

  private volatile String refusal = "";

  private Scenario scenario() {
    return Scenarios.of(folder, Scenarios.prune("prune", STEPS, 0.5), Scenarios.export("pruned"));
  }

  private static SetRun set(String name, double value) {
    return SetRun.newBuilder().setName(name).setValue(value).build();
  }

  private static Model pruned(Espalier espalier, String run) {
    return new Checkpoints(espalier.store().get(run)).model(0).orElseThrow();
  }

  private static List<Step> steps(Espalier espalier, String run) {
    return RunProbe.events(espalier.store().get(run)).stream()
        .filter(RunEvent::hasStep)
        .map(RunEvent::getStep)
        .toList();
  }

  @Test
  void aHigherTargetIsReachedExactlyAndTold() {
    try (Espalier here = steered(folder.resolve("runs"), Map.of(6, set("targetSparsity", 0.75)))) {
      RunSummary end = RunProbe.run(here, scenario());

      assertThat(end.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      assertThat(Inspection.of(pruned(here, end.getRun())).layers())
          .allSatisfy(
              layer ->
                  assertThat(layer.weights() - layer.zeros())
                      .isEqualTo(ExactSelector.kept((int) layer.weights(), 0.75)));
      assertThat(RunProbe.events(here.store().get(end.getRun())))
          .filteredOn(RunEvent::hasSettingChanged)
          .singleElement()
          .satisfies(event -> assertThat(event.getSettingChanged().getStep()).isEqualTo(6));
    }
  }

  @Test
  void anEarlierEndMovesTheLastUpdate() {
    try (Espalier here = steered(folder.resolve("runs"), Map.of(6, set("endStep", 12)))) {
      String run = RunProbe.run(here, scenario()).getRun();

      List<Step> steps = steps(here, run);
      assertThat(steps.get(12 - 1).getTargetSparsity()).isEqualTo(0.5);
      assertThat(steps.get(11 - 1).getTargetSparsity()).isLessThan(0.5);
    }
  }

  @Test
  void theLearningRateIsThatAskedForFromTheNextStepOn() {
    try (Espalier here = steered(folder.resolve("runs"), Map.of(6, set("learningRate", 0.05)))) {
      String run = RunProbe.run(here, scenario()).getRun();

      assertThat(steps(here, run).get(5).getLearningRate()).isEqualTo(0.1);
      assertThat(steps(here, run).get(6).getLearningRate()).isEqualTo(0.05);
    }
  }

  @Test
  void aTargetBelowWhatIsReachedIsRefused() {
    try (Espalier here = steered(folder.resolve("runs"), Map.of(14, set("targetSparsity", 0.1)))) {
      RunProbe.run(here, scenario());

      RunProbe.until(() -> refusal.contains("targetSparsity 0.1 is not allowed"));
    }
  }

  @Test
  void aKilledRunMakesTheSameChangesAgainAndEndsWithTheSameBytes() {
    Map<Integer, SetRun> changes =
        Map.of(6, set("targetSparsity", 0.75), 16, set("learningRate", 0.02));
    String run;
    Model whole;
    try (Espalier here = steered(folder.resolve("runs"), changes)) {
      run = RunProbe.run(here, scenario()).getRun();
      whole = pruned(here, run);
    }
    try (Espalier other = start(crashed)) {
      RunProbe.end(other, other.resume(run));

      assertThat(ModelProtos.toProto(pruned(other, run))).isEqualTo(ModelProtos.toProto(whole));
    }
  }

  private Scenario approving() {
    StageSpec plain = Scenarios.prune("prune", STEPS, 0.5);
    return Scenarios.of(
        folder, new StageSpec("prune", plain.kind(), plain.uses(), Map.of("approve", true)));
  }

  @Test
  void channelsStayUntilTheirPlanIsApproved() {
    Scenario scenario = Scenarios.of(folder, Scenarios.shrink("prune", Map.of("approve", true)));
    try (Espalier here = start(folder.resolve("runs"))) {
      String run = here.submit(scenario);
      untilWaiting(here, run);
      RunProbe.await(decide(here, run, true));

      assertThat(RunProbe.end(here, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      List<RunEvent> events = RunProbe.events(here.store().get(run));
      ChannelsCut cut =
          events.stream()
              .filter(RunEvent::hasChannelsCut)
              .findFirst()
              .orElseThrow()
              .getChannelsCut();
      assertThat(events)
          .filteredOn(RunEvent::hasPlanProposed)
          .singleElement()
          .satisfies(event -> assertThat(event.getPlanProposed().getCut()).isEqualTo(cut));
    }
  }

  private static Future<RunSummary> decide(Espalier espalier, String run, boolean approve) {
    return espalier
        .vertx()
        .eventBus()
        .<RunSummary>request(
            Addresses.RUN_DECIDE,
            DecidePlan.newBuilder()
                .setRun(run)
                .setPlan("prune")
                .setApprove(approve)
                .setReason("too much of it")
                .build())
        .map(Message::body);
  }

  private static void untilWaiting(Espalier espalier, String run) {
    RunProbe.until(
        () ->
            RunProbe.<RunSummary>await(
                    espalier
                        .vertx()
                        .eventBus()
                        .<RunSummary>request(
                            Addresses.RUN_GET, RunRef.newBuilder().setRun(run).build())
                        .map(Message::body))
                .getWaitingPlan()
                .equals("prune"));
  }

  @Test
  void aRunWaitsUntilItsPlanIsApproved() {
    try (Espalier here = start(folder.resolve("runs"))) {
      String run = here.submit(approving());
      untilWaiting(here, run);
      RunProbe.await(decide(here, run, true));

      assertThat(RunProbe.end(here, run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      assertThat(RunProbe.events(here.store().get(run)))
          .filteredOn(RunEvent::hasPlanProposed)
          .singleElement()
          .satisfies(
              event -> assertThat(event.getPlanProposed().getFinalSparsity()).isEqualTo(0.5));
    }
  }

  private Scenario approvingChannels() {
    return Scenarios.of(
        folder, Scenarios.shrink("prune", Map.of("approve", true)), Scenarios.export("out"));
  }

  @Test
  void aRejectedPlanTakesNoChannels() {
    try (Espalier here = start(folder.resolve("runs"))) {
      String run = here.submit(approvingChannels());
      untilWaiting(here, run);
      RunProbe.await(decide(here, run, false));

      assertThat(RunProbe.end(here, run).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      assertThat(RunProbe.events(here.store().get(run))).noneMatch(RunEvent::hasChannelsCut);
    }
  }

  @Test
  void aRejectedPlanEndsTheRunAndChangesNothing() {
    try (Espalier here = start(folder.resolve("runs"))) {
      String run = here.submit(approving());
      untilWaiting(here, run);
      RunProbe.await(decide(here, run, false));

      assertThat(RunProbe.end(here, run).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      assertThat(RunProbe.await(here.failure(run)).orElseThrow().getMessage())
          .contains("rejected: too much of it");
    }
  }

  @Test
  void aPlanThatDoesNotWaitCannotBeDecided() {
    try (Espalier here = start(folder.resolve("runs"))) {
      String run = here.submit(approving());
      untilWaiting(here, run);

      assertThatThrownBy(
              () ->
                  RunProbe.await(
                      here.vertx()
                          .eventBus()
                          .request(
                              Addresses.RUN_DECIDE,
                              DecidePlan.newBuilder().setRun(run).setPlan("other").build())))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("'other' does not wait");
    }
  }
}
