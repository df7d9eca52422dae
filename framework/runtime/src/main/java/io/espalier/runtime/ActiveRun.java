package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.Failure;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.RunAdmission.Admitted;
import io.espalier.runtime.plugin.ExtensionLease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;

/**
 * A run that waits or is on in this process. Lives on the event loop of {@link Runs}, holds no
 * tensor.
 */
final class ActiveRun {
  private final RunFolder folder;
  private final PreparedRun prepared;
  private final ExtensionLease extensions;
  private final RunSteering steering;
  private final Promise<RunSummary> ended = Promise.promise();
  private RunState state = RunState.RUN_STATE_QUEUED;
  private int stage;
  private int lastSeq;
  private double startedMillis;
  private List<String> tags;
  private Optional<RunEvents> events = Optional.empty();
  private Optional<Failure> failure = Optional.empty();

  ActiveRun(Admitted admitted, RunSteering steering) {
    RunSummary before = admitted.before();
    this.folder = admitted.folder();
    this.prepared = admitted.prepared();
    this.extensions = admitted.extensions();
    this.steering = steering;
    this.stage = before.getStageIndex();
    this.lastSeq = before.getLastSeq();
    this.startedMillis = before.getStartedMillis();
    this.tags = List.copyOf(before.getTagsList());
  }

  String id() {
    return folder.id();
  }

  RunFolder folder() {
    return folder;
  }

  PreparedRun prepared() {
    return prepared;
  }

  /** What the run works with, held until it ends. */
  ExtensionLease extensions() {
    return extensions;
  }

  RunSteering steering() {
    return steering;
  }

  /** Where its events are told, from when the run begins. */
  Optional<RunEvents> events() {
    return events;
  }

  /** The log, from when the run begins. */
  Optional<EventLog> log() {
    return events.map(RunEvents::log);
  }

  Optional<Failure> failure() {
    return failure;
  }

  /** Completes when the run ends or this process lets go of it. */
  Future<RunSummary> ended() {
    return ended.future();
  }

  void running() {
    state = RunState.RUN_STATE_RUNNING;
  }

  void began(RunEvents opened, double startedAt) {
    events = Optional.of(opened);
    startedMillis = startedAt;
  }

  void tagged(List<String> now) {
    tags = List.copyOf(now);
  }

  void onStage(int index) {
    stage = index;
  }

  void end(RunState last, Optional<Failure> why) {
    state = last;
    failure = why;
  }

  /** Tells those who wait for the end. */
  void tellEnd() {
    ended.tryComplete(summary());
  }

  boolean isQueued() {
    return state == RunState.RUN_STATE_QUEUED;
  }

  RunSummary summary() {
    boolean held = state == RunState.RUN_STATE_RUNNING && steering.isHeld();
    return RunSummary.newBuilder()
        .setRun(folder.id())
        .setScenario(prepared.scenario().name())
        .setDataset(prepared.dataset().name())
        .setState(held ? RunState.RUN_STATE_PAUSED : state)
        .setStartedMillis(startedMillis)
        .addAllStages(RunArchive.stages(prepared.scenario()))
        .setStageIndex(stage)
        .setLastSeq(log().map(EventLog::lastSeq).orElse(lastSeq))
        .setFolder(folder.root().toAbsolutePath().toString())
        .addAllTags(tags)
        .setWaitingPlan(steering.waitingPlan())
        .build();
  }

  /** Holds the run, now or, if it waits, never: it can only be cancelled then. */
  void pause() {
    if (state != RunState.RUN_STATE_RUNNING) {
      throw new EspalierException(
          FailureCode.USAGE,
          "run '%s' is queued; it can be paused once it runs, or cancelled".formatted(id()));
    }
    steering.pause();
  }

  /** Takes a pause back. */
  void goOn() {
    if (!steering.isPausing()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "run '%s' is %s; only a paused or ended run can be resumed"
              .formatted(id(), isQueued() ? "queued" : "running"));
    }
    steering.goOn();
  }
}
