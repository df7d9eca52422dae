package io.espalier.runtime.gateway;

import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import java.util.Optional;

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
     * Takes the next event.
     *
     * @param last whether no later one is known of
     */
    void accept(RunEvent event, boolean last);

    /** Nothing more is to be had at the moment. */
    default void paused() {}

    /** The log cannot be read; nothing more comes. */
    void failed(Throwable failure);
  }

  private final BusClient bus;
  private final Pulse pulse;
  private final String run;
  private final Reader reader;
  private Optional<BusClient.Following> subscription = Optional.empty();
  private int next;
  private int known;
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
  }

  void start() {
    BusClient.Following following = bus.follow(run, this::heard);
    subscription = Optional.of(following);
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

  /** Goes on if there is news and room. */
  void pull() {
    if (stopped || reading || resting || !news || !reader.ready()) {
      return;
    }
    reading = true;
    news = false;
    bus.events(run, next, BATCH).onSuccess(this::read).onFailure(this::fail);
  }

  void stop() {
    stopped = true;
    subscription.ifPresent(BusClient.Following::end);
    subscription = Optional.empty();
  }

  private void heard(RunEvent event) {
    if (stopped || event.getSeq() < next) {
      return;
    }
    known = Math.max(known, event.getSeq());
    if (event.getSeq() == next && !reading && !resting && reader.ready()) {
      pass(event);
      rest();
    } else {
      look();
    }
  }

  /** What comes before the next beat is passed on then. */
  private void rest() {
    reader.paused();
    resting = true;
    pulse.next(
        () -> {
          resting = false;
          pull();
        });
  }

  private void read(EventBatch batch) {
    reading = false;
    known = Math.max(known, batch.getLastSeq());
    int before = next;
    for (RunEvent event : batch.getEventsList()) {
      if (!stopped && event.getSeq() == next) {
        pass(event);
      }
    }
    if (next <= known) {
      news = true;
    }
    if (stopped) {
      return;
    }
    // What is known of came after this reading, and is looked for at the next beat.
    if (batch.getLastSeq() >= next) {
      reader.paused();
      pull();
    } else if (next > before || next <= known) {
      rest();
    }
  }

  private void pass(RunEvent event) {
    next = event.getSeq() + 1;
    reader.accept(event, event.getSeq() >= known);
  }

  private void fail(Throwable failure) {
    if (!stopped) {
      stop();
      reader.failed(failure);
    }
  }
}
