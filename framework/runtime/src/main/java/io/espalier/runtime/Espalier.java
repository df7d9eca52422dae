package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import io.espalier.proto.EventBatch;
import io.espalier.proto.Failure;
import io.espalier.proto.ReadEvents;
import io.espalier.proto.RunRef;
import io.espalier.proto.RunSummary;
import io.espalier.proto.SubmitRun;
import io.espalier.runtime.answered.AnsweredExtensions;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.Scenario;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime of one process: the event bus, the runs and the threads they compute on. What it does
 * is asked for over the bus ({@link Addresses}); the methods here are short cuts for programs.
 *
 * <p>Safe for many threads. Methods that wait must not be called on an event loop.
 */
public final class Espalier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Espalier.class);
  private static final Duration REQUEST = Duration.ofDays(1);
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final RunStore store;
  private final Runs runs;
  private final AtomicBoolean closed = new AtomicBoolean();
  private String deployment = "";

  private Espalier(Vertx vertx, RunStore store, Runs runs) {
    this.vertx = vertx;
    this.store = store;
    this.runs = runs;
  }

  /**
   * What a runtime works with.
   *
   * @param runs the folder that holds a folder for each run
   * @param catalog the extensions
   * @param cache where fetched data sets are kept
   * @param dataDir where data sets are looked for first
   * @param mayFetch whether data sets may be fetched from the network
   * @param progress told about long work before a run
   * @param checkpointSteps the most optimizer steps between two checkpoints, at least 1
   * @param patience how long an extension may give no sign of life before its stage fails
   */
  public record Options(
      Path runs,
      ExtensionCatalog catalog,
      Path cache,
      Optional<Path> dataDir,
      boolean mayFetch,
      Progress progress,
      int checkpointSteps,
      Duration patience) {
    /** Steps between two checkpoints where nothing else is said. */
    public static final int CHECKPOINT_STEPS = 200;

    /** How long an extension may give no sign of life where nothing else is said. */
    public static final int PATIENCE_SECONDS = 900;

    public Options {
      if (checkpointSteps < 1) {
        throw new EspalierException(
            FailureCode.USAGE,
            "%d steps between checkpoints are not allowed (allowed: at least 1)"
                .formatted(checkpointSteps));
      }
      if (patience.toMillis() < 1) {
        throw new EspalierException(
            FailureCode.USAGE,
            "a patience of %s is not allowed (allowed: more than 0)".formatted(patience));
      }
    }

    /** With a checkpoint at least every {@link #CHECKPOINT_STEPS} steps. */
    public Options(
        Path runs,
        ExtensionCatalog catalog,
        Path cache,
        Optional<Path> dataDir,
        boolean mayFetch,
        Progress progress) {
      this(
          runs,
          catalog,
          cache,
          dataDir,
          mayFetch,
          progress,
          CHECKPOINT_STEPS,
          Duration.ofSeconds(PATIENCE_SECONDS));
    }

    /** The same, but no data set is fetched. */
    Options withoutFetching() {
      return new Options(
          runs, catalog, cache, dataDir, false, Progress.NONE, checkpointSteps, patience);
    }

    /** The same with other extensions. */
    Options withCatalog(ExtensionCatalog other) {
      return new Options(
          runs, other, cache, dataDir, mayFetch, progress, checkpointSteps, patience);
    }

    /** The same with another number of steps between checkpoints. */
    public Options withCheckpointSteps(int steps) {
      return new Options(runs, catalog, cache, dataDir, mayFetch, progress, steps, patience);
    }

    /** The same with another patience. */
    public Options withPatience(Duration other) {
      return new Options(runs, catalog, cache, dataDir, mayFetch, progress, checkpointSteps, other);
    }
  }

  /** Starts a runtime; writes nothing yet. */
  public static Espalier start(Options options) {
    Vertx vertx = Vertx.vertx();
    try {
      BusCodecs.register(vertx);
      WorkerPools pools = WorkerPools.of(vertx);
      RunStore store = new RunStore(options.runs());
      WatchedWork watched = new WatchedWork(vertx, options.patience());
      AnsweredExtensions extensions = new AnsweredExtensions(options.catalog(), vertx.eventBus());
      Runs runs = new Runs(options.withCatalog(extensions), store, pools, watched);
      Espalier espalier = new Espalier(vertx, store, runs);
      await(vertx.deployVerticle(new StageWorkers(watched)), START);
      await(vertx.deployVerticle(new RunReadings(store)), START);
      await(vertx.deployVerticle(new PluginDesk(options.catalog())), START);
      espalier.deployment = await(vertx.deployVerticle(runs), START);
      return espalier;
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  /** Vert.x, with every message of Espalier known to its event bus. Closed by {@link #close}. */
  public Vertx vertx() {
    return vertx;
  }

  /** The folders of the runs. */
  public RunStore store() {
    return store;
  }

  /**
   * Checks a scenario and queues its run; waits for the checks, which may open a data set.
   *
   * @return the run's id
   * @throws EspalierException if the scenario cannot be done; nothing was started then
   */
  public String submit(Scenario scenario) {
    return this.<RunSummary>request(
            Addresses.RUN_SUBMIT, SubmitRun.newBuilder().setScenario(scenario.toJson()).build())
        .getRun();
  }

  /**
   * Lets a paused run go on, or queues an interrupted, failed or cancelled one again, from its last
   * checkpoint. It ends with the same bytes as one that was never stopped.
   *
   * @return the run's id
   * @throws EspalierException if there is no such run or it cannot go on
   */
  public String resume(String run) {
    return this.<RunSummary>request(Addresses.RUN_RESUME, RunRef.newBuilder().setRun(run).build())
        .getRun();
  }

  /**
   * Logged events of a run.
   *
   * @param fromSeq the first, from 1
   * @param limit the most events to give
   * @throws EspalierException ({@link FailureCode#NOT_FOUND}) if there is no such run
   */
  public EventBatch events(String run, int fromSeq, int limit) {
    return this.<EventBatch>request(
        Addresses.RUN_EVENTS,
        ReadEvents.newBuilder().setRun(run).setFromSeq(fromSeq).setLimit(limit).build());
  }

  /** Completes when a run has ended or this runtime was closed; at once if the run is not on. */
  public Future<RunSummary> finished(String run) {
    return runs.finished(run);
  }

  /** Why a run failed or was cancelled; empty if it was not. */
  public Future<Optional<Failure>> failure(String run) {
    return runs.failure(run);
  }

  /** Asks and waits. */
  <T> T request(String address, Object body) {
    return await(
            vertx
                .eventBus()
                .<T>request(
                    address, body, new DeliveryOptions().setSendTimeout(REQUEST.toMillis())),
            REQUEST)
        .body();
  }

  /**
   * Ends everything within seconds. A run that is on, or waits, can be resumed. Closing twice is
   * closing once.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    quietly("the run that is on", vertx.undeploy(deployment));
    quietly("the event bus", vertx.close());
  }

  private static void quietly(String what, Future<?> closing) {
    try {
      await(closing, CLOSE);
    } catch (EspalierException | IllegalStateException e) {
      LOG.warn("{} did not end in order: {}", what, e.getMessage());
    }
  }

  private static <T> T await(Future<T> future, Duration most) {
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException("an event loop must not wait: use the bus");
    }
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw FailedReplies.typed(e);
    } catch (TimeoutException e) {
      throw new EspalierException(
          FailureCode.INTERNAL, "no answer within " + most.toSeconds() + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted while waiting", e);
    }
  }
}
