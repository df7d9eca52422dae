package io.espalier.cli;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a WebSocket one after the other, each asked for when the one before was taken: so
 * a slow reader slows the sender instead of filling memory.
 */
final class SocketMessages implements WebSocket.Listener {
  /** Something that came. */
  sealed interface Arrival {
    /** A whole message. */
    record Message(String text) implements Arrival {}

    /**
     * The end.
     *
     * @param status of the close frame; {@link #BROKEN} if there was none
     */
    record End(int status, String reason) implements Arrival {}
  }

  /** A connection that ended without a close frame (RFC 6455, 7.1.5). */
  static final int BROKEN = 1006;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  /** Waits for what comes next. */
  Arrival next(WebSocket socket) throws InterruptedException {
    socket.request(1);
    return arrivals.take();
  }

  @Override
  public void onOpen(WebSocket socket) {
    // Nothing is asked for before someone waits for it.
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    return arrived(socket, StandardCharsets.UTF_8.encode(data.toString()), last);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    return arrived(socket, data, last);
  }

  private @Nullable CompletionStage<?> arrived(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    partial.writeBytes(bytes);
    if (last) {
      arrivals.add(new Arrival.Message(partial.toString(StandardCharsets.UTF_8)));
      partial.reset();
    } else {
      socket.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    arrivals.add(new Arrival.End(status, reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    arrivals.add(new Arrival.End(BROKEN, String.valueOf(error)));
  }
}
