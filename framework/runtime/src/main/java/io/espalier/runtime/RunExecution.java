package io.espalier.runtime;

import io.espalier.api.Checkpoint;
import io.espalier.api.Model;
import io.espalier.core.FailureProtos;
import io.espalier.proto.Failure;
import io.espalier.proto.FailureCode;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunFinished;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunStarted;
import io.espalier.proto.RunState;
import io.espalier.runtime.answered.AnsweredListener;
import io.espalier.runtime.report.RunReport;
import io.espalier.runtime.scenario.StageKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one run through its stages, from where its checkpoints say it is. A new run and one that
 * goes on take the same way. Called on the event loop; what touches disk or processor is done by
 * the pools.
 */
final class RunExecution {
  private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);

  private static final int MOST_CHARACTERS = 4000;

  /** A stage takes as long as it takes. */
  private static final DeliveryOptions PATIENT =
      new DeliveryOptions().setSendTimeout(Duration.ofDays(365).toMillis()).setLocalOnly(true);

  private final Vertx vertx;
  private final Espalier.Options options;
  private final WorkerExecutor disk;
  private final WorkerExecutor compute;
  private final Consumer<ActiveRun> changed;

  /**
   * @param pools threads for files and for work
   * @param changed told whenever state or stage of a run changes
   */
  RunExecution(
      Vertx vertx, Espalier.Options options, WorkerPools pools, Consumer<ActiveRun> changed) {
    this.vertx = vertx;
    this.options = options;
    this.disk = pools.disk();
    this.compute = pools.compute();
    this.changed = changed;
  }

  private record Begun(RunContext context, double startedMillis, Checkpoints.Position position) {}

  /** Runs to the end. The future never fails: the run's state tells how it went. */
  Future<Void> execute(ActiveRun run) {
    long began = System.nanoTime();
    run.running();
    changed.accept(run);
    return disk.executeBlocking(() -> begin(run), false)
        .compose(
            begun -> {
              run.began(begun.context().events(), begun.startedMillis());
              Checkpoints.Position at = begun.position();
              return stage(run, begun.context(), at.stage(), at.model(), at.training())
                  .compose(failure -> conclude(begun.context(), failure));
            })
        .recover(thrown -> Future.succeededFuture(Optional.of(FailureProtos.toProto(thrown, ""))))
        .compose(failure -> end(run, failure, began));
  }

  /** Ends a run that never began. */
  Future<Void> cancelQueued(ActiveRun run) {
    long began = System.nanoTime();
    return disk.executeBlocking(() -> open(run), false)
        .onSuccess(events -> run.began(events, run.summary().getStartedMillis()))
        .transform(opened -> end(run, Optional.of(cancelled("")), began));
  }

  private RunEvents open(ActiveRun run) {
    return new RunEvents(EventLog.open(run.folder().events(), run.id()), vertx, run.id());
  }

  private Begun begin(ActiveRun run) {
    RunFolder folder = run.folder();
    RunEvents events = open(run);
    try {
      RunDigest digest = RunDigest.of(folder);
      Checkpoints checkpoints = new Checkpoints(folder);
      List<PreparedStage> stages = run.prepared().stages();
      Checkpoints.Position position = position(checkpoints, digest, stages);
      double started = digest.summary(folder, RunState.RUN_STATE_RUNNING).getStartedMillis();
      if (!digest.started()) {
        started = events.publish(started(run.prepared())).getTimeMillis();
      }
      if (digest.started() || position.stage() > 0 || position.step() > 0) {
        resumed(events, digest, stages, position);
      }
      RunContext context =
          new RunContext(
              run.prepared(),
              folder,
              checkpoints,
              options.checkpointSteps(),
              run.extensions(),
              events,
              run.steering(),
              digest.interventions(),
              AnsweredListener.all(vertx.eventBus(), run.prepared().scenario().listeners()));
      return new Begun(context, started, position);
    } catch (RuntimeException | Error e) {
      events.close();
      throw e;
    }
  }

  /**
   * Where the run goes on: the last checkpoint of which the log knows the way there. A damaged log
   * may know less; then that part is done again, to the same bytes, and told again.
   */
  private static Checkpoints.Position position(
      Checkpoints checkpoints, RunDigest digest, List<PreparedStage> stages) {
    int told = 0;
    while (told < stages.size() && digest.tellsAllOf(stages.get(told))) {
      told++;
    }
    Checkpoints.Position position = checkpoints.last(told);
    return digest.lastStep(position.stage()) < position.step()
        ? position.withoutTraining()
        : position;
  }

  private static RunEvent.Builder started(PreparedRun prepared) {
    return RunEvent.newBuilder()
        .setRunStarted(
            RunStarted.newBuilder()
                .setScenario(prepared.scenario().name())
                .setDataset(prepared.dataset().name())
                .setSeed(Long.toString(prepared.scenario().seed()))
                .addAllStages(RunArchive.stages(prepared.scenario())));
  }

  /** Tells where the run goes on, and what the log should tell but for a crash. */
  private static void resumed(
      RunEvents events,
      RunDigest digest,
      List<PreparedStage> stages,
      Checkpoints.Position position) {
    for (PreparedStage finished : stages.subList(0, position.stage())) {
      if (!digest.isFinished(finished.index())) {
        events.publish(StageWorkers.finished(finished, 0));
      }
    }
    boolean allDone = position.stage() == stages.size();
    PreparedStage last = stages.get(stages.size() - 1);
    events.publish(
        RunEvent.newBuilder()
            .setRunResumed(
                RunResumed.newBuilder()
                    .setStageIndex(allDone ? last.index() : position.stage())
                    .setStep(allDone ? last.totalSteps() : position.step())));
    if (allDone) {
      events.publish(StageWorkers.finished(last, 0));
    }
  }

  private Future<Optional<Failure>> stage(
      ActiveRun run, RunContext context, int index, Model model, Optional<Checkpoint> training) {
    if (index == run.prepared().stages().size()) {
      return Future.succeededFuture(Optional.empty());
    }
    run.onStage(index);
    changed.accept(run);
    PreparedStage stage = run.prepared().stages().get(index);
    return vertx
        .eventBus()
        .<StageResult>request(
            Addresses.stage(stage.spec().kind()),
            new StageTask(context, stage, model, training),
            PATIENT)
        .compose(
            reply ->
                reply.body() instanceof StageResult.Done done
                    ? stage(run, context, index + 1, done.model(), Optional.empty())
                    : Future.succeededFuture(
                        Optional.of(((StageResult.Failed) reply.body()).failure())));
  }

  /** What is left to do after the last stage: the report, where there is something to report. */
  private Future<Optional<Failure>> conclude(RunContext context, Optional<Failure> failure) {
    boolean exports =
        context.run().stages().stream().anyMatch(s -> s.spec().kind() == StageKind.EXPORT);
    if (failure.isPresent()) {
      return Future.succeededFuture(failure);
    }
    return compute.executeBlocking(
        () -> {
          context.steering().enter();
          try {
            context.steering().comeBy(context.events(), () -> {});
            if (exports) {
              RunReport.write(
                  context.folder(), context.run().dataset(), new Exports(context.extensions()));
            }
            return Optional.empty();
          } finally {
            context.steering().leave();
          }
        },
        false);
  }

  private Future<Void> end(ActiveRun run, Optional<Failure> failure, long began) {
    if (failure.isPresent() && run.steering().isAbandoned()) {
      run.end(RunState.RUN_STATE_INTERRUPTED, Optional.empty());
      return close(run, Optional.empty());
    }
    Optional<Failure> why =
        run.steering().isCancelled()
            ? failure.map(f -> cancelled(f.getStage()))
            : failure.map(RunExecution::bounded);
    RunState state =
        why.isEmpty()
            ? RunState.RUN_STATE_SUCCEEDED
            : run.steering().isCancelled()
                ? RunState.RUN_STATE_CANCELLED
                : RunState.RUN_STATE_FAILED;
    run.end(state, why);
    RunFinished finished =
        RunFinished.newBuilder()
            .setState(state)
            .setSeconds((System.nanoTime() - began) / 1e9)
            .build();
    return close(run, Optional.of(finished));
  }

  private Future<Void> close(ActiveRun run, Optional<RunFinished> finished) {
    return disk.<Void>executeBlocking(
            () -> {
              if (run.events().isPresent()) {
                writeEnd(run, run.events().get(), finished);
              }
              return null;
            },
            false)
        .recover(
            thrown -> {
              LOG.error("run {} ended, but its log cannot say so", run.id(), thrown);
              Failure unwritten = FailureProtos.toProto(thrown, "");
              run.end(RunState.RUN_STATE_FAILED, Optional.of(run.failure().orElse(unwritten)));
              return Future.succeededFuture();
            })
        .onSuccess(
            done -> {
              changed.accept(run);
              run.tellEnd();
            });
  }

  private static void writeEnd(ActiveRun run, RunEvents events, Optional<RunFinished> finished) {
    try (events) {
      if (finished.isPresent()) {
        run.failure().ifPresent(f -> events.publish(RunEvent.newBuilder().setFailure(f)));
        events.publish(RunEvent.newBuilder().setRunFinished(finished.get()));
      }
    }
  }

  /** A plugin's message may be of any length; an event may not. */
  private static Failure bounded(Failure failure) {
    return failure.toBuilder()
        .setMessage(bounded(failure.getMessage()))
        .setCause(bounded(failure.getCause()))
        .build();
  }

  private static String bounded(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + " …";
  }

  private static Failure cancelled(String stage) {
    return Failure.newBuilder()
        .setCode(FailureCode.FAILURE_CODE_CANCELLED)
        .setMessage("the run was cancelled")
        .setStage(stage)
        .build();
  }
}
