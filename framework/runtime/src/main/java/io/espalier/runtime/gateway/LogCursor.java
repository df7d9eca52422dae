package io.espalier.runtime.gateway;

import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;

/**
 * Reads the log of a run and follows it: each event once and in order, however late the reader
 * begins, however slow it is and whatever the bus loses.
 *
 * <p>The log has everything, so messages of the bus only say that there is news. The next bounded
 * batch is asked for when there is news and the reader has room; a slow reader therefore costs one
 * batch of memory. The one shortcut: a message that happens to be the very next event after a quiet
 * while is passed on as it is. Where events come fast, all readers go on together at each beat of a
 * pulse.
 */
final class LogCursor {
  /** The most events asked for at a time. */
  static final int BATCH = 256;

  /** Takes the events. Called on the cursor's event loop. */
  interface Reader {
    /** Whether there is room for more; if not, {@link #pull} must be called when there is. */
    boolean ready();

    /**
     * Takes the next events.
     *
     * @param events in order, at least one; other readers may get the same ones
     * @param last whether no later one is known of
     */
    void accept(List<RunEvent> events, boolean last);

    /** The log cannot be read; nothing more comes. */
    void failed(Throwable failure);

    /** Nobody reads logs any more, since the process ends; nothing more comes. */
    void left();
  }

  private final BusClient bus;
  private final Pulse pulse;
  private final String run;
  private final Reader reader;
  private final BusClient.Following following;
  private int next;
  private boolean news;
  private boolean reading;
  private boolean resting;
  private boolean stopped;

  /**
   * @param from the first event wanted, from 1
   */
  LogCursor(BusClient bus, Pulse pulse, String run, int from, Reader reader) {
    this.bus = bus;
    this.pulse = pulse;
    this.run = run;
    this.next = Math.max(1, from);
    this.reader = reader;
    this.following = bus.follow(run);
  }

  void start() {
    following.completion().onSuccess(done -> look()).onFailure(this::fail);
  }

  /** The next event that the reader will get. */
  int next() {
    return next;
  }

  /** Looks into the log even if nothing was heard. */
  void look() {
    news = true;
    pull();
  }

  /** Goes on if there is room: reads what is new, or waits for it. */
  void pull() {
    if (stopped || reading || resting || !reader.ready()) {
      return;
    }
    if (!news && following.latest() < next) {
      following.hearNext(this::heard);
      return;
    }
    news = false;
    reading = true;
    bus.events(run, next, BATCH).onSuccess(this::read).onFailure(this::fail);
  }

  void stop() {
    stopped = true;
    following.end();
  }

  private void heard(RunEvent event) {
    if (!stopped && !reading && !resting && reader.ready() && event.getSeq() == next) {
      pass(List.of(event), next);
      rest();
    } else {
      pull();
    }
  }

  /** What comes before the next beat is passed on then. */
  private void rest() {
    resting = true;
    pulse.next(
        () -> {
          resting = false;
          pull();
        });
  }

  private void read(EventBatch batch) {
    reading = false;
    if (stopped) {
      return;
    }
    List<RunEvent> events = batch.getEventsList();
    if (!events.isEmpty() && events.get(0).getSeq() == next) {
      pass(events, batch.getLastSeq());
    }
    if (stopped) {
      return;
    }
    if (batch.getLastSeq() >= next) {
      look();
    } else if (!events.isEmpty() || following.latest() >= next) {
      // What is known of came after this reading, and is looked for at the next beat.
      rest();
    } else {
      pull();
    }
  }

  /**
   * @param known the last event that is known of
   */
  private void pass(List<RunEvent> events, int known) {
    int last = events.get(events.size() - 1).getSeq();
    next = last + 1;
    reader.accept(events, last >= Math.max(known, following.latest()));
  }

  private void fail(Throwable failure) {
    if (stopped) {
      return;
    }
    stop();
    if (failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      reader.left();
    } else {
      reader.failed(failure);
    }
  }
}
