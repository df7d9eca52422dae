package io.espalier.runtime.gateway;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the connections that are open, and ends those that hold a place without asking anything: a
 * request has to come within a time, with its body if that is small. An answer may take as long as
 * it takes. For HTTP/1.1, where a connection asks one thing at a time; on one event loop.
 */
final class ConnectionGuard {
  private final Vertx vertx;
  private final GatewayLimits limits;

  /** Since when something is waited for, in nanoseconds. */
  private final Map<Channel, Long> waiting = new HashMap<>();

  private int open;

  ConnectionGuard(Vertx vertx, GatewayLimits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  /** Begins to look; ends with the verticle. */
  void start() {
    long most = limits.request().toMillis();
    vertx.setPeriodic(Math.max(1, most / 4), id -> check(TimeUnit.MILLISECONDS.toNanos(most)));
  }

  void opened(HttpConnection connection) {
    Channel channel = SocketChannels.of(connection);
    if (open >= limits.connections()) {
      SocketChannels.drop(channel);
      return;
    }
    open++;
    await(channel);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open--;
              waiting.remove(channel);
            });
  }

  /** Takes in that the head of a request has come. */
  void asked(RoutingContext context) {
    HttpServerRequest request = context.request();
    Channel channel = SocketChannels.of(request.connection());
    waiting.remove(channel);
    if (!request.canUpgradeToWebSocket() && !request.isEnded() && isSmall(request)) {
      await(channel);
      request.end().onSuccess(all -> come(channel, request));
    }
    context.addEndHandler(answered -> await(channel));
    context.next();
  }

  /** An answer may be out before the end of what it answers. */
  private void come(Channel channel, HttpServerRequest request) {
    if (!request.response().ended()) {
      waiting.remove(channel);
    }
  }

  private static boolean isSmall(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null
        || length.length() <= String.valueOf(GatewayServer.MOST_MESSAGE_BYTES).length();
  }

  private void await(Channel channel) {
    if (channel.isActive()) {
      waiting.put(channel, System.nanoTime());
    }
  }

  private void check(long mostNanos) {
    long now = System.nanoTime();
    List<Channel> late =
        waiting.entrySet().stream()
            .filter(entry -> now - entry.getValue() > mostNanos)
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(SocketChannels::drop);
  }
}
