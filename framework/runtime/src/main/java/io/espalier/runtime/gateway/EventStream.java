package io.espalier.runtime.gateway;

import io.espalier.proto.RunEvent;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The events of one run over one WebSocket: an event's JSON in each text message, in order, from
 * the one asked for to the end of the run; then the socket is closed normally.
 */
final class EventStream implements LogCursor.Reader {
  private static final short NORMAL = 1000;
  private static final short GOING_AWAY = 1001;
  private static final short POLICY = 1008;
  private static final short SERVER_ERROR = 1011;
  private static final int LONGEST_REASON = 120;
  private static final long CHECK_MILLIS = 15_000;
  private static final int MOST_MISSED_PONGS = 4;
  private static final int QUEUED_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final int from;
  private final LogCursor cursor;
  private final Consumer<EventStream> onEnd;
  private Future<Void> written = Future.succeededFuture();
  private long timer;
  private int missedPongs;

  EventStream(
      Vertx vertx,
      BusClient bus,
      ServerWebSocket socket,
      String run,
      int from,
      Consumer<EventStream> onEnd) {
    this.vertx = vertx;
    this.socket = socket;
    this.from = from;
    // One event earlier, to see whether that was the end of the run.
    this.cursor = new LogCursor(bus, run, from - 1, this);
    this.onEnd = onEnd;
  }

  void start() {
    timer = vertx.setPeriodic(CHECK_MILLIS, id -> check());
    socket.setWriteQueueMaxSize(QUEUED_BYTES);
    socket.pongHandler(data -> missedPongs = 0);
    socket.exceptionHandler(broken -> socket.close(POLICY, "broken or too large a message"));
    socket.drainHandler(drained -> cursor.pull());
    socket.closeHandler(
        closed -> {
          stop();
          onEnd.accept(this);
        });
    cursor.start();
  }

  @Override
  public boolean ready() {
    return !socket.isClosed() && !socket.writeQueueFull();
  }

  @Override
  public void accept(RunEvent event, boolean last) {
    if (event.getSeq() >= from) {
      written = socket.writeTextMessage(ProtoJson.print(event));
    }
    if (last && event.hasRunFinished()) {
      end(NORMAL, "the run is finished");
    }
  }

  @Override
  public void failed(Throwable failure) {
    end(SERVER_ERROR, String.valueOf(FailedReplies.typed(failure).getMessage()));
  }

  /** Ends the stream because the gateway does. */
  void goAway() {
    stop();
    socket.close(GOING_AWAY, "the gateway ends");
  }

  private void check() {
    if (missedPongs++ >= MOST_MISSED_PONGS) {
      goAway();
      return;
    }
    socket.writePing(Buffer.buffer());
    cursor.look();
  }

  /** Closes once all that was sent before has left: closing has a deadline, sending has none. */
  private void end(short status, String reason) {
    cursor.stop();
    written.onComplete(sent -> socket.close(status, shortened(reason)));
  }

  private void stop() {
    vertx.cancelTimer(timer);
    cursor.stop();
  }

  /** A close frame has room for 123 bytes of reason. */
  private static String shortened(String reason) {
    String ascii =
        new String(reason.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    return ascii.length() <= LONGEST_REASON ? ascii : ascii.substring(0, LONGEST_REASON);
  }
}
