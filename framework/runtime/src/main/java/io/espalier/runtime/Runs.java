package io.espalier.runtime;

import com.google.protobuf.util.JsonFormat;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.CloneRun;
import io.espalier.proto.DecidePlan;
import io.espalier.proto.DeleteRun;
import io.espalier.proto.DeletionOffer;
import io.espalier.proto.Empty;
import io.espalier.proto.EventBatch;
import io.espalier.proto.Failure;
import io.espalier.proto.JsonDocument;
import io.espalier.proto.ListRuns;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunList;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.proto.ScenarioPreview;
import io.espalier.proto.SetRun;
import io.espalier.proto.SubmitRun;
import io.espalier.proto.TagRun;
import io.espalier.runtime.RunAdmission.Admitted;
import io.espalier.runtime.plugin.ExtensionLease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The runs of this process: answers requests about them, queues them and executes one at a time.
 * All state lives on one event loop; files are read and written by worker threads.
 */
final class Runs extends VerticleBase {
  /** The most runs that wait, those being checked included. */
  static final int MOST_WAITING = 16;

  private static final int MOST_ENDED = 256;

  private final Espalier.Options options;
  private final RunStore store;
  private final WorkerPools pools;
  private final RunArchive archive = new RunArchive();
  private final RunAdmission admission;
  private final RunShelf shelf;
  private final WatchedWork watched;
  private final Map<String, ActiveRun> active = new LinkedHashMap<>();
  private final Deque<ActiveRun> queue = new ArrayDeque<>();
  private final Map<String, Ended> ended = new LinkedHashMap<>();
  private Optional<ActiveRun> current = Optional.empty();
  private Future<?> lastCheck = Future.succeededFuture();
  private int admitting;
  private boolean stopping;

  /** How a run ended here: what its log tells as well, if it could be written. */
  private record Ended(RunSummary summary, Optional<Failure> failure) {}

  Runs(Espalier.Options options, RunStore store, WorkerPools pools, WatchedWork watched) {
    this.options = options;
    this.store = store;
    this.pools = pools;
    this.watched = watched;
    this.admission = new RunAdmission(options, store, archive);
    this.shelf = new RunShelf(store, archive);
  }

  @Override
  public Future<?> start() {
    BusService bus = new BusService(vertx);
    return Future.all(
        List.of(
            bus.serve(Addresses.RUN_SUBMIT, SubmitRun.class, this::submit),
            bus.serve(
                Addresses.RUN_CLONE,
                CloneRun.class,
                ask -> admit(lease -> admission.cloned(ask, lease))),
            bus.serve(Addresses.RUN_PREVIEW, SubmitRun.class, this::preview),
            bus.serve(Addresses.RUN_GET, RunRef.class, ref -> summary(ref.getRun())),
            bus.serve(Addresses.RUN_LIST, Object.class, this::list),
            bus.serve(Addresses.RUN_EVENTS, ReadEvents.class, this::events),
            bus.serve(Addresses.RUN_PAUSE, RunRef.class, ref -> pause(ref.getRun())),
            bus.serve(Addresses.RUN_RESUME, RunRef.class, ref -> resume(ref.getRun())),
            bus.serve(Addresses.RUN_CANCEL, RunRef.class, ref -> cancel(ref.getRun())),
            bus.serve(Addresses.RUN_SET, SetRun.class, this::set),
            bus.serve(Addresses.RUN_DECIDE, DecidePlan.class, this::decide),
            bus.serve(Addresses.RUN_TAG, TagRun.class, this::tag),
            bus.serve(Addresses.RUN_OFFER_DELETION, RunRef.class, this::offerDeletion),
            bus.serve(Addresses.RUN_DELETE, DeleteRun.class, this::delete),
            bus.serve(
                Addresses.HEALTH,
                Object.class,
                any -> Future.succeededFuture(Empty.getDefaultInstance())),
            bus.serve(Addresses.SCENARIO_SCHEMA, Object.class, any -> schema())));
  }

  private Future<RunSummary> submit(SubmitRun request) {
    return admit(lease -> admission.submit(request, lease));
  }

  private Future<RunSummary> resume(String id) {
    ActiveRun run = active.get(id);
    if (run == null) {
      return admit(lease -> admission.resume(id, lease));
    }
    run.goOn();
    return Future.succeededFuture(run.summary());
  }

  private Future<RunSummary> admit(Function<ExtensionLease, Admitted> check) {
    if (stopping) {
      throw new EspalierException(FailureCode.CANCELLED, "the process is ending");
    }
    if (admitting + queue.size() >= MOST_WAITING) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%d runs are waiting already; wait until one has ended, or cancel one"
              .formatted(MOST_WAITING));
    }
    admitting++;
    ExtensionLease lease = options.catalog().lease();
    return checking(() -> check.apply(lease))
        .onComplete(checked -> admitting--)
        .map(this::enqueue)
        .onFailure(refused -> release(lease));
  }

  /** One after the other. */
  private <T> Future<T> checking(Callable<T> check) {
    Future<T> next = lastCheck.transform(before -> watched.start("espalier-admission", check));
    lastCheck = next;
    return next;
  }

  /** Lets go of plugins, which may unload some; at the end of the process all go. */
  private void release(ExtensionLease lease) {
    if (!stopping) {
      disk(
          () -> {
            lease.close();
            return Empty.getDefaultInstance();
          });
    }
  }

  private RunSummary enqueue(Admitted admitted) {
    String id = admitted.folder().id();
    if (stopping) {
      throw new EspalierException(
          FailureCode.CANCELLED, "the process is ending; run '" + id + "' can be resumed");
    }
    if (active.containsKey(id)) {
      throw new EspalierException(FailureCode.USAGE, "run '" + id + "' is queued already");
    }
    RunSteering steering = new RunSteering(() -> context.runOnContext(held -> publish(id)));
    ActiveRun run = new ActiveRun(admitted, steering);
    active.put(id, run);
    queue.add(run);
    publish(run);
    RunSummary queued = run.summary();
    next();
    return queued;
  }

  private void next() {
    if (stopping || current.isPresent() || queue.isEmpty()) {
      return;
    }
    ActiveRun run = queue.remove();
    current = Optional.of(run);
    execution()
        .execute(run)
        .onComplete(
            done -> {
              current = Optional.empty();
              retire(run);
              next();
            });
  }

  private RunExecution execution() {
    return new RunExecution(vertx, options, pools, this::publish);
  }

  private void retire(ActiveRun run) {
    active.remove(run.id());
    release(run.extensions());
    ended.remove(run.id());
    ended.put(run.id(), new Ended(run.summary(), run.failure()));
    if (ended.size() > MOST_ENDED) {
      ended.remove(ended.keySet().iterator().next());
    }
  }

  private Future<RunSummary> pause(String id) {
    ActiveRun run = active.get(id);
    if (run == null) {
      return notOn(id);
    }
    run.pause();
    return Future.succeededFuture(run.summary());
  }

  private Future<RunSummary> cancel(String id) {
    ActiveRun run = active.get(id);
    if (run == null) {
      return notOn(id);
    }
    run.steering().cancel();
    if (!queue.remove(run)) {
      return Future.succeededFuture(run.summary());
    }
    return execution()
        .cancelQueued(run)
        .map(
            done -> {
              retire(run);
              return run.summary();
            });
  }

  private Future<RunSummary> set(SetRun request) {
    ActiveRun run = active.get(request.getRun());
    if (run == null) {
      return notOn(request.getRun());
    }
    return run.steering().change(request.getName(), request.getValue()).map(done -> run.summary());
  }

  private Future<RunSummary> decide(DecidePlan request) {
    ActiveRun run = active.get(request.getRun());
    if (run == null) {
      return notOn(request.getRun());
    }
    run.steering().decide(request);
    return Future.succeededFuture(run.summary());
  }

  private Future<RunSummary> notOn(String id) {
    return disk(
        () -> {
          throw new EspalierException(
              FailureCode.USAGE,
              "run '%s' is not on; only a run that is on can be steered"
                  .formatted(store.get(id).id()));
        });
  }

  private Future<RunSummary> summary(String id) {
    ActiveRun run = active.get(id);
    return run != null
        ? Future.succeededFuture(run.summary())
        : disk(() -> archive.summary(store.get(id)));
  }

  private Future<ScenarioPreview> preview(SubmitRun request) {
    ExtensionLease lease = options.catalog().lease();
    return checking(() -> admission.preview(request, lease)).onComplete(done -> release(lease));
  }

  private Future<RunList> list(Object body) {
    Map<String, RunSummary> here = new LinkedHashMap<>();
    active.values().forEach(run -> here.put(run.id(), run.summary()));
    ListRuns filter = body instanceof ListRuns given ? given : ListRuns.getDefaultInstance();
    return disk(() -> shelf.list(here, filter));
  }

  private Future<RunSummary> tag(TagRun request) {
    return disk(() -> shelf.tag(request))
        .compose(
            tags -> {
              Optional.ofNullable(active.get(request.getRun())).ifPresent(run -> run.tagged(tags));
              return summary(request.getRun());
            })
        .onSuccess(summary -> vertx.eventBus().publish(Addresses.RUNS, summary));
  }

  private Future<DeletionOffer> offerDeletion(RunRef request) {
    requireNotOn(request.getRun());
    return disk(() -> shelf.offer(request.getRun()));
  }

  private Future<RunRef> delete(DeleteRun request) {
    requireNotOn(request.getRun());
    return disk(() -> shelf.delete(request))
        .onSuccess(
            deleted -> {
              ended.remove(deleted.getRun());
              vertx.eventBus().publish(Addresses.RUNS_DELETED, deleted);
            });
  }

  private void requireNotOn(String id) {
    if (active.containsKey(id)) {
      throw new EspalierException(
          FailureCode.USAGE, "run '" + id + "' is on; cancel it before deleting it");
    }
  }

  private Future<JsonDocument> schema() {
    return disk(
        () -> {
          JsonDocument.Builder schema = JsonDocument.newBuilder();
          JsonFormat.parser()
              .merge(ScenarioSchema.of(options.catalog().plugins()), schema.getDocumentBuilder());
          return schema.build();
        });
  }

  private Future<EventBatch> events(ReadEvents request) {
    Optional<EventLog> log =
        Optional.ofNullable(active.get(request.getRun())).flatMap(ActiveRun::log);
    return disk(
        () ->
            log.isPresent()
                ? log.get().read(request.getFromSeq(), request.getLimit())
                : archive.read(
                    store.get(request.getRun()), request.getFromSeq(), request.getLimit()));
  }

  private <T> Future<T> disk(Callable<T> work) {
    return pools.disk().executeBlocking(work, false);
  }

  private void publish(String id) {
    Optional.ofNullable(active.get(id)).ifPresent(this::publish);
  }

  private void publish(ActiveRun run) {
    vertx.eventBus().publish(Addresses.RUNS, run.summary());
  }

  /** When a run ends; at once if it is not on. To be called from any thread. */
  Future<RunSummary> finished(String id) {
    return here(
        () -> {
          ActiveRun run = active.get(id);
          Ended end = ended.get(id);
          if (run != null) {
            return run.ended();
          }
          return end != null ? Future.succeededFuture(end.summary()) : summary(id);
        });
  }

  /** Why a run failed, if it did. To be called from any thread. */
  Future<Optional<Failure>> failure(String id) {
    return here(
        () -> {
          ActiveRun run = active.get(id);
          Ended end = ended.get(id);
          if (run != null) {
            return Future.succeededFuture(run.failure());
          }
          return end != null
              ? Future.succeededFuture(end.failure())
              : disk(() -> archive.failure(store.get(id)));
        });
  }

  private <T> Future<T> here(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(promise));
    return promise.future();
  }

  /** Lets go of all runs: they can be resumed. */
  @Override
  public Future<?> stop() {
    stopping = true;
    for (ActiveRun run : queue) {
      run.end(RunState.RUN_STATE_INTERRUPTED, Optional.empty());
      publish(run);
      run.tellEnd();
    }
    queue.clear();
    return current
        .map(
            run -> {
              run.steering().abandon();
              return run.ended();
            })
        .orElse(Future.succeededFuture(RunSummary.getDefaultInstance()));
  }
}
