package io.espalier.runtime.gateway;

import io.espalier.proto.RunEvent;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The events of one run to one client, in order, from the one asked for to the end of the run; then
 * the stream ends.
 */
final class EventStream implements LogCursor.Reader {
  private static final long CHECK_MILLIS = 15_000;

  private final Vertx vertx;
  private final Outlet outlet;
  private final EventTexts texts;
  private final int from;
  private final LogCursor cursor;
  private final Consumer<EventStream> onEnd;
  private long timer;

  /**
   * @param from the first event to send
   * @param cursor reads the run's log for a reader
   */
  EventStream(
      Vertx vertx,
      Outlet outlet,
      EventTexts texts,
      int from,
      Function<LogCursor.Reader, LogCursor> cursor,
      Consumer<EventStream> onEnd) {
    this.vertx = vertx;
    this.outlet = outlet;
    this.texts = texts;
    this.from = from;
    this.cursor = cursor.apply(this);
    this.onEnd = onEnd;
  }

  void start() {
    timer = vertx.setPeriodic(CHECK_MILLIS, id -> check());
    outlet.listen(
        cursor::pull,
        () -> {
          stop();
          onEnd.accept(this);
        });
    cursor.start();
  }

  @Override
  public boolean ready() {
    return outlet.ready();
  }

  @Override
  public void accept(List<RunEvent> events, boolean last) {
    int before = Math.max(0, from - events.get(0).getSeq());
    if (before < events.size()) {
      outlet.send(texts.of(events.subList(before, events.size()), outlet.form()));
    }
    if (last && events.get(events.size() - 1).hasRunFinished()) {
      cursor.stop();
      outlet.finish(Outlet.End.RUN_FINISHED, "the run is finished");
    }
  }

  @Override
  public void failed(Throwable failure) {
    cursor.stop();
    outlet.finish(Outlet.End.FAILED, String.valueOf(FailedReplies.typed(failure).getMessage()));
  }

  @Override
  public void left() {
    goAway();
  }

  /** Ends the stream because the gateway does, or because the client does not answer. */
  void goAway() {
    stop();
    outlet.finish(Outlet.End.GATEWAY_ENDS, "the gateway ends");
  }

  private void check() {
    if (outlet.check()) {
      cursor.look();
    } else {
      goAway();
    }
  }

  private void stop() {
    vertx.cancelTimer(timer);
    cursor.stop();
  }
}
