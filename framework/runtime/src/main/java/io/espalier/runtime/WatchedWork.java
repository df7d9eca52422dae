package io.espalier.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * Work that calls extensions, on a thread of its own. If an extension hangs, its work fails and the
 * thread is interrupted and left behind: nothing else waits for it.
 */
final class WatchedWork {
  private static final Duration UNWANTED = Duration.ofSeconds(5);
  private static final long LONGEST_PERIOD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Duration patience;

  /**
   * @param patience how long an extension may give no sign of life
   */
  WatchedWork(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patience = patience;
  }

  /**
   * Starts work; its result comes on the caller's event loop.
   *
   * @param name of its thread
   */
  <T> Future<T> start(String name, Callable<T> work) {
    return start(name, work, () -> false);
  }

  /**
   * As {@link #start(String, Callable)}.
   *
   * @param unwanted whether the work has become so; then there is little patience
   */
  <T> Future<T> start(String name, Callable<T> work, BooleanSupplier unwanted) {
    Promise<T> result = Promise.promise();
    ExtensionWatch watch =
        new ExtensionWatch(
            () ->
                unwanted.getAsBoolean() && patience.compareTo(UNWANTED) > 0 ? UNWANTED : patience);
    Thread thread = new Thread(() -> run(work, watch, result), name);
    thread.setDaemon(true);
    long timer =
        vertx.setPeriodic(
            Math.max(1, Math.min(LONGEST_PERIOD_MILLIS, patience.toMillis() / 4)),
            tick ->
                watch.hanging().filter(result::tryFail).ifPresent(failure -> thread.interrupt()));
    thread.start();
    var context = vertx.getOrCreateContext();
    Promise<T> told = Promise.promise();
    result
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              context.runOnContext(
                  here -> {
                    if (done.succeeded()) {
                      told.complete(done.result());
                    } else {
                      told.fail(done.cause());
                    }
                  });
            });
    return told.future();
  }

  private static <T> void run(Callable<T> work, ExtensionWatch watch, Promise<T> result) {
    watch.attach();
    try {
      result.tryComplete(work.call());
    } catch (Exception | Error e) {
      result.tryFail(e);
    } finally {
      watch.detach();
    }
  }
}
