package io.espalier.runtime.plugin;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Short work of a plugin, on a thread of its own: one that hangs is interrupted and left alone, and
 * what the thread remembers goes with it.
 */
final class TimeLimit {
  private TimeLimit() {}

  /**
   * @param what the plugin is to do, such as {@code to start}
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it takes longer
   * @throws Exception whatever the work throws
   */
  static <T> T call(Duration limit, String what, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "espalier-plugin");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new EspalierException(
          FailureCode.PLUGIN, "takes longer than %d s %s".formatted(limit.toSeconds(), what), e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new EspalierException(FailureCode.CANCELLED, "interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new EspalierException(FailureCode.PLUGIN, String.valueOf(e.getCause()), e.getCause());
    }
  }
}
