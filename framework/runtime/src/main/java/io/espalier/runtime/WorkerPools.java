package io.espalier.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads that the runtime owns. Work that may take minutes has its own threads, so
 * that a request for a few events never waits for it.
 *
 * @param compute as many threads as there are cores, for reports
 * @param disk two threads for short reads and writes
 */
record WorkerPools(WorkerExecutor compute, WorkerExecutor disk) {
  /** A stage takes as long as it takes: no warning that its thread is busy. */
  private static final long MOST_DAYS = 365;

  static WorkerPools of(Vertx vertx) {
    return new WorkerPools(
        pool(vertx, "espalier-compute", Runtime.getRuntime().availableProcessors()),
        pool(vertx, "espalier-disk", 2));
  }

  private static WorkerExecutor pool(Vertx vertx, String name, int threads) {
    return vertx.createSharedWorkerExecutor(name, threads, MOST_DAYS, TimeUnit.DAYS);
  }
}
