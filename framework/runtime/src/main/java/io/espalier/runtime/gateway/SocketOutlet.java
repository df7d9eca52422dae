package io.espalier.runtime.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket: an event's JSON in each text message. At the end it is closed with a status.
 *
 * <p>The frames of all events that are sent together go straight to the socket's channel, in one
 * write: by Vert.x each would be a write of its own.
 */
final class SocketOutlet implements Outlet {
  private static final short NORMAL = 1000;
  private static final short GOING_AWAY = 1001;
  private static final short POLICY = 1008;
  private static final short SERVER_ERROR = 1011;
  private static final int LONGEST_REASON = 120;
  private static final int MOST_MISSED_PONGS = 4;
  private static final int QUEUED_BYTES = 64 * 1024;

  private final ServerWebSocket socket;
  private final Channel channel;
  private ChannelFuture written;
  private int missedPongs;

  /**
   * @param channel of the socket
   */
  SocketOutlet(ServerWebSocket socket, Channel channel) {
    this.socket = socket;
    this.channel = channel;
    this.written = channel.newSucceededFuture();
  }

  @Override
  public EventForm form() {
    return EventForm.WEB_SOCKET;
  }

  @Override
  public void listen(Runnable drained, Runnable closed) {
    socket.setWriteQueueMaxSize(QUEUED_BYTES);
    channel.pipeline().addFirst(new RoomWatch(drained));
    socket.pongHandler(data -> missedPongs = 0);
    socket.exceptionHandler(broken -> socket.close(POLICY, "broken or too large a message"));
    socket.closeHandler(gone -> closed.run());
  }

  @Override
  public boolean ready() {
    return !socket.isClosed() && channel.isWritable();
  }

  @Override
  public void send(Buffer events) {
    written = channel.writeAndFlush(((BufferInternal) events).getByteBuf());
  }

  @Override
  public boolean check() {
    if (missedPongs++ >= MOST_MISSED_PONGS) {
      return false;
    }
    socket.writePing(Buffer.buffer());
    return true;
  }

  /** A gateway that ends does not wait for a client that does not read. */
  @Override
  public void finish(End end, String reason) {
    switch (end) {
      case RUN_FINISHED -> written.addListener(sent -> socket.close(NORMAL, shortened(reason)));
      case FAILED -> written.addListener(sent -> socket.close(SERVER_ERROR, shortened(reason)));
      case GATEWAY_ENDS -> {
        if (channel.isWritable()) {
          socket.close(GOING_AWAY, shortened(reason));
        } else {
          SocketChannels.drop(channel);
        }
      }
    }
  }

  /** Tells when there is room again in the channel. */
  private static final class RoomWatch extends ChannelInboundHandlerAdapter {
    private final Runnable drained;

    RoomWatch(Runnable drained) {
      this.drained = drained;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      context.fireChannelWritabilityChanged();
      if (context.channel().isWritable()) {
        drained.run();
      }
    }
  }

  /** A close frame has room for 123 bytes of reason. */
  private static String shortened(String reason) {
    String ascii =
        new String(reason.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    return ascii.length() <= LONGEST_REASON ? ascii : ascii.substring(0, LONGEST_REASON);
  }
}
