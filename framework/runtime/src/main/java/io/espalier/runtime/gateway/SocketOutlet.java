package io.espalier.runtime.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/** A WebSocket: an event's JSON in each text message. At the end it is closed with a status. */
final class SocketOutlet implements Outlet {
  private static final short NORMAL = 1000;
  private static final short GOING_AWAY = 1001;
  private static final short POLICY = 1008;
  private static final short SERVER_ERROR = 1011;
  private static final int LONGEST_REASON = 120;
  private static final int MOST_MISSED_PONGS = 4;
  private static final int QUEUED_BYTES = 64 * 1024;

  private final ServerWebSocket socket;
  private Future<Void> written = Future.succeededFuture();
  private int missedPongs;

  SocketOutlet(ServerWebSocket socket) {
    this.socket = socket;
  }

  @Override
  public void listen(Runnable drained, Runnable closed) {
    socket.setWriteQueueMaxSize(QUEUED_BYTES);
    socket.pongHandler(data -> missedPongs = 0);
    socket.exceptionHandler(broken -> socket.close(POLICY, "broken or too large a message"));
    socket.drainHandler(room -> drained.run());
    socket.closeHandler(gone -> closed.run());
  }

  @Override
  public boolean ready() {
    return !socket.isClosed() && !socket.writeQueueFull();
  }

  @Override
  public void send(int seq, String json) {
    written = socket.writeTextMessage(json);
  }

  @Override
  public void flush() {
    // Each event is a message of its own.
  }

  @Override
  public boolean check() {
    if (missedPongs++ >= MOST_MISSED_PONGS) {
      return false;
    }
    socket.writePing(Buffer.buffer());
    return true;
  }

  /** Closing has a deadline, sending has none; a gateway that ends does not wait for a client. */
  @Override
  public void finish(End end, String reason) {
    switch (end) {
      case RUN_FINISHED -> written.onComplete(sent -> socket.close(NORMAL, shortened(reason)));
      case FAILED -> written.onComplete(sent -> socket.close(SERVER_ERROR, shortened(reason)));
      case GATEWAY_ENDS -> socket.close(GOING_AWAY, shortened(reason));
    }
  }

  /** A close frame has room for 123 bytes of reason. */
  private static String shortened(String reason) {
    String ascii =
        new String(reason.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    return ascii.length() <= LONGEST_REASON ? ascii : ascii.substring(0, LONGEST_REASON);
  }
}
