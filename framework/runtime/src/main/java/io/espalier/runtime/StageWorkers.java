package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.HistoryEntry;
import io.espalier.api.Model;
import io.espalier.core.FailureProtos;
import io.espalier.proto.Checkpointed;
import io.espalier.proto.RunEvent;
import io.espalier.proto.StageFinished;
import io.espalier.proto.StageStarted;
import io.espalier.runtime.scenario.StageKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes stages from the bus, one consumer for each kind, and does each on a thread of its own: a
 * stage whose extension hangs fails, and nothing waits for it.
 */
final class StageWorkers extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StageWorkers.class);

  private final WatchedWork watched;

  StageWorkers(WatchedWork watched) {
    this.watched = watched;
  }

  @Override
  public Future<?> start() {
    List<Future<Void>> ready = new ArrayList<>();
    for (StageKind kind : StageKind.values()) {
      ready.add(
          vertx
              .eventBus()
              .<StageTask>localConsumer(Addresses.stage(kind), this::take)
              .completion());
    }
    return Future.all(ready);
  }

  private void take(Message<StageTask> message) {
    StageTask task = message.body();
    String run = task.context().folder().id();
    String stage = task.stage().name();
    RunSteering steering = task.context().steering();
    watched
        .start(
            "espalier-stage " + run + " " + stage,
            () -> work(task),
            () -> steering.isCancelled() || steering.isAbandoned())
        .onComplete(
            message::reply,
            failure -> {
              LOG.warn("run {}: stage '{}' was given up", run, stage, failure);
              message.reply(new StageResult.Failed(FailureProtos.toProto(failure, stage)));
            });
  }

  /** Does a stage. Whatever goes wrong in it ends this run and nothing else. */
  private static StageResult work(StageTask task) {
    RunContext context = task.context();
    PreparedStage stage = task.stage();
    try {
      context.steering().enter();
      try {
        context.steering().comeBy(context.events(), () -> {});
        return new StageResult.Done(run(task));
      } finally {
        context.steering().leave();
      }
    } catch (Exception | Error e) {
      boolean known =
          context.steering().isCancelled()
              || context.steering().isAbandoned()
              || ExtensionWatch.current().map(ExtensionWatch::isGivenUp).orElse(false);
      if (!known) {
        LOG.atLevel(isFault(e) ? Level.WARN : Level.INFO)
            .setCause(e)
            .log("run {}: stage '{}' failed", context.folder().id(), stage.name());
      }
      return new StageResult.Failed(FailureProtos.toProto(e, stage.name()));
    }
  }

  /** Whether somebody has to look at the code: what the user can mend, the failure says alone. */
  private static boolean isFault(Throwable e) {
    return !(e instanceof EspalierException failure)
        || failure.code() == FailureCode.PLUGIN
        || failure.code() == FailureCode.INTERNAL;
  }

  private static Model run(StageTask task) {
    RunContext context = task.context();
    PreparedStage stage = task.stage();
    StageKind kind = stage.spec().kind();
    long began = System.nanoTime();
    context
        .events()
        .publish(
            RunEvent.newBuilder()
                .setStageStarted(
                    StageStarted.newBuilder()
                        .setIndex(stage.index())
                        .setName(stage.name())
                        .setKind(kind.id())
                        .setTotalSteps(stage.totalSteps())));
    Stage.Outcome outcome = Stage.of(kind).run(task);
    StageChecks.check(task, outcome.model());
    Model model =
        outcome
            .model()
            .withHistory(
                new HistoryEntry(stage.name(), kind.id(), outcome.extension(), outcome.summary()));
    context.events().force();
    context.checkpoints().saveStage(stage.index(), model);
    context
        .events()
        .publish(
            RunEvent.newBuilder()
                .setCheckpointed(
                    Checkpointed.newBuilder()
                        .setStageIndex(stage.index())
                        .setStep(stage.totalSteps())));
    context.events().publish(finished(stage, (System.nanoTime() - began) / 1e9));
    return model;
  }

  static RunEvent.Builder finished(PreparedStage stage, double seconds) {
    return RunEvent.newBuilder()
        .setStageFinished(
            StageFinished.newBuilder()
                .setIndex(stage.index())
                .setName(stage.name())
                .setKind(stage.spec().kind().id())
                .setSeconds(seconds));
  }
}
