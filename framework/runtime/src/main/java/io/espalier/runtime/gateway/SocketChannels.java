package io.espalier.runtime.gateway;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Netty's channels below connections, for what Vert.x does not offer. On their event loops. */
final class SocketChannels {
  private SocketChannels() {}

  /** The channel of a connection that a server has. */
  static Channel of(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** Ends a connection at once; Vert.x has orderly ways that a silent client can hold up. */
  static void drop(Channel channel) {
    channel.pipeline().firstContext().close();
  }
}
