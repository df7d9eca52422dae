package io.espalier.runtime;

import io.espalier.proto.RunEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what happens in a run: first to its log, then to the bus. To be called from any thread; the
 * order on the bus is the order of the sequence numbers.
 *
 * <p>The calling thread, which may be one that trains, only writes the log. An event loop tells the
 * bus: after a quiet while at once, else at the next beat, so that it is woken some times a second
 * and not for every event.
 */
final class RunEvents implements AutoCloseable {
  /** Shorter than anybody sees. */
  static final long BEAT_MILLIS = 20;

  private final EventLog log;
  private final Vertx vertx;
  private final Context context;
  private final String address;
  private final List<RunEvent> untold = new ArrayList<>();
  private boolean beating;

  RunEvents(EventLog log, Vertx vertx, String run) {
    this.log = log;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.address = Addresses.event(run);
  }

  /**
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#IO}) if the log
   *     cannot be written; then nothing is published
   */
  synchronized RunEvent publish(RunEvent.Builder event) {
    RunEvent logged = log.append(event);
    untold.add(logged);
    if (!beating) {
      beating = true;
      context.runOnContext(now -> beat());
    }
    return logged;
  }

  private synchronized void beat() {
    beating = !untold.isEmpty();
    if (beating) {
      tell();
      vertx.setTimer(BEAT_MILLIS, id -> beat());
    }
  }

  private synchronized void tell() {
    untold.forEach(event -> vertx.eventBus().publish(address, event));
    untold.clear();
  }

  EventLog log() {
    return log;
  }

  /** Waits until all that was told is on the disk itself. */
  void force() {
    log.force();
  }

  /** Ends the log; the bus knows all of it then. */
  @Override
  public void close() {
    tell();
    log.close();
  }
}
