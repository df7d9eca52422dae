package io.espalier.bench.stream;

import io.espalier.bench.WorkFolder;
import io.espalier.proto.RunRef;
import io.espalier.runtime.Addresses;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A server on whose training clients of another process look. */
final class WatchedTraining implements AutoCloseable {
  static final int CLIENTS = 200;
  private static final int SLOW = 20;
  private static final int RECONNECTING = 20;
  private static final int STEADY = CLIENTS - SLOW - RECONNECTING;
  private static final int ENDLESS = 1_000_000;
  private static final int DELIVERED_EPOCHS = 60;
  private static final int WARM_EPOCHS = 15;
  private static final int WARM_STEPS = 20_000;
  private static final long PHASE_MILLIS = 4_000;
  private static final long SETTLE_MILLIS = 500;

  private final WorkFolder work = new WorkFolder();
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong working = new AtomicLong();
  private final AtomicLong telling = new AtomicLong();
  private final Server server =
      new Server(work.path(), () -> new TimedTuner(steps, working, telling));
  private final ClientProcess clients = new ClientProcess(server.gateway.port());
  private final ServingClock serving = new ServingClock();
  private String run = "";
  private long logged;
  private long lost;
  private long doubled;

  /** Lets clients follow a whole run; gives the events that they saw. */
  double deliver() {
    String whole = server.train(DELIVERED_EPOCHS);
    clients.follow(whole, 1, STEADY, SLOW, RECONNECTING, 0);
    ClientProcess.Seen seen = clients.await();
    clients.leave();
    server.espalier.finished(whole).await();
    logged = (long) CLIENTS * server.lastSeq(whole);
    lost += logged - seen.seen();
    doubled += seen.doubled();
    return seen.seen();
  }

  /** The events that all clients together had to see of the last run. */
  double logged() {
    return logged;
  }

  /** Events of all runs so far that a client did not see. */
  long lost() {
    return lost;
  }

  /** Events of all runs so far that a client saw again. */
  long doubled() {
    return doubled;
  }

  /** Makes steps by the thousand, so that what tells them is compiled as in any long training. */
  private void warmUp() {
    if (steps.get() < WARM_STEPS) {
      server.espalier.finished(server.train(WARM_EPOCHS, 1)).await();
    }
  }

  private void train() {
    if (run.isEmpty()) {
      warmUp();
      run = server.train(ENDLESS);
      pause(PHASE_MILLIS);
    }
  }

  private void cancel() {
    if (!run.isEmpty()) {
      server
          .espalier
          .vertx()
          .eventBus()
          .request(Addresses.RUN_CANCEL, RunRef.newBuilder().setRun(run).build())
          .await();
      server.espalier.finished(run).await();
      run = "";
    }
  }

  private void watch(int steady, int slow, int reconnecting, int silent) {
    clients.follow(run, server.lastSeq(run), steady, slow, reconnecting, silent);
    pause(SETTLE_MILLIS);
  }

  /** Steps a second while 200 clients look. */
  double stepsWatched() {
    train();
    watch(STEADY, SLOW, RECONNECTING, 0);
    double speed = steps();
    clients.leave();
    pause(SETTLE_MILLIS);
    return speed;
  }

  /** Steps a second while nobody looks. */
  double stepsAlone() {
    train();
    return steps();
  }

  private double steps() {
    long before = steps.get();
    long start = System.nanoTime();
    pause(PHASE_MILLIS);
    return (steps.get() - before) * 1e9 / (System.nanoTime() - start);
  }

  /** Percent of the training's time that it tells its steps, while 200 clients look. */
  double tellingPercent() {
    train();
    watch(STEADY, SLOW, RECONNECTING, 0);
    long told = telling.get();
    long worked = working.get();
    pause(PHASE_MILLIS);
    double percent = 100.0 * (telling.get() - told) / (working.get() - worked);
    clients.leave();
    pause(SETTLE_MILLIS);
    return percent;
  }

  /** Percent of the processor's time of all training that 200 clients take from it. */
  double servingPercent() {
    train();
    watch(STEADY, SLOW, RECONNECTING, 0);
    serving.start();
    pause(PHASE_MILLIS);
    double percent = serving.percentOfTraining();
    clients.leave();
    pause(SETTLE_MILLIS);
    return percent;
  }

  /** KiB of heap and direct memory that one of 200 clients takes that read nothing. */
  double silentKib() {
    train();
    clients.follow(run, 1, 0, 0, 0, CLIENTS);
    pause(PHASE_MILLIS);
    cancel();
    long held = memory();
    clients.leave();
    pause(SETTLE_MILLIS);
    return (held - memory()) / 1024.0 / CLIENTS;
  }

  /** Bytes in use on the heap, once what is garbage is gone, and outside by the network. */
  private static long memory() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      pause(SETTLE_MILLIS);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    cancel();
    clients.close();
    server.close();
    work.close();
  }
}
