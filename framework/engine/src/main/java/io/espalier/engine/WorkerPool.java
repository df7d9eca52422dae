package io.espalier.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of platform threads that share out numbered tasks; the thread that asks works too.
 * Handing out tasks allocates nothing. A thread that waits spins for a moment, then parks.
 */
final class WorkerPool implements AutoCloseable {
  private static final int SPINS = 2_000;

  private final Thread[] workers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile int round;
  private volatile boolean closed;
  private volatile Tasks tasks = (task, worker) -> {};
  private volatile int count;
  private volatile Thread caller = Thread.currentThread();

  /** Numbered tasks, each safe to run beside the others. */
  interface Tasks {
    /**
     * Runs one task.
     *
     * @param worker 0 to below the number of threads: which of them runs it
     */
    void run(int task, int worker);
  }

  /**
   * @param threads how many compute, the caller included
   */
  WorkerPool(int threads) {
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int worker = i + 1;
      workers[i] = new Thread(() -> serve(worker), "espalier-engine-" + worker);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  int threads() {
    return workers.length + 1;
  }

  /** Runs tasks 0 to below {@code count}, each once; returns when all are done. */
  void run(Tasks toRun, int howMany) {
    tasks = toRun;
    count = howMany;
    caller = Thread.currentThread();
    next.set(0);
    working.set(workers.length);
    round++;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
    work(0);
    await();
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private void await() {
    int spins = 0;
    while (working.get() > 0) {
      if (++spins < SPINS || Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private void work(int worker) {
    Tasks mine = tasks;
    int all = count;
    try {
      for (int task = next.getAndIncrement(); task < all; task = next.getAndIncrement()) {
        mine.run(task, worker);
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      next.set(all);
    }
  }

  private void serve(int worker) {
    int seen = 0;
    while (true) {
      int spins = 0;
      while (round == seen && !closed) {
        if (++spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen = round;
      work(worker);
      if (working.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  /** Ends the threads and waits until they have ended. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
