package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunSummary;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open event streams; refuses what cannot be streamed while it is still plain HTTP. */
final class EventStreams {
  /** The most streams open at a time. */
  static final int MOST_STREAMS = 256;

  private static final int UPGRADE_REQUIRED = 426;
  private static final int UNAVAILABLE = 503;

  private final Vertx vertx;
  private final BusClient bus;
  private final Pulse pulse;
  private final EventTexts texts = new EventTexts();
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  EventStreams(Vertx vertx, BusClient bus, Pulse pulse) {
    this.vertx = vertx;
    this.bus = bus;
    this.pulse = pulse;
  }

  /**
   * Answers a request for the stream of a run from an event on: over a WebSocket where that is
   * asked for, else as Server-Sent Events.
   */
  void handle(RoutingContext context, String run, int from) {
    HttpServerRequest request = context.request();
    boolean socket = request.canUpgradeToWebSocket();
    if (!socket && !accepts(request, "text/event-stream")) {
      refuse(
          context,
          UPGRADE_REQUIRED,
          "%s is a WebSocket, or Server-Sent Events if text/event-stream is accepted"
              .formatted(request.path()));
      return;
    }
    if (open.size() >= MOST_STREAMS) {
      refuse(context, UNAVAILABLE, "%d event streams are open".formatted(MOST_STREAMS));
      return;
    }
    Channel channel = SocketChannels.of(request.connection());
    request.pause();
    int first = socket ? from : Math.max(from, lastEventId(request) + 1);
    bus.run(run)
        .compose(summary -> checked(summary, first))
        .compose(
            summary ->
                socket
                    ? request.toWebSocket().map(opened -> new SocketOutlet(opened, channel))
                    : Future.succeededFuture(new SseOutlet(context.response())))
        .onSuccess(outlet -> begin(outlet, run, first))
        .onFailure(failure -> FailureResponses.send(context, failure))
        .onComplete(
            done -> {
              if (!socket || done.failed()) {
                request.resume();
              }
            });
  }

  private static boolean accepts(HttpServerRequest request, String type) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(type);
  }

  /** The last event that a client had before it reconnected; 0 if it does not say. */
  private static int lastEventId(HttpServerRequest request) {
    String id = request.getHeader("Last-Event-ID");
    return id != null && id.matches("[0-9]{1,9}") ? Integer.parseInt(id) : 0;
  }

  private static Future<RunSummary> checked(RunSummary summary, int from) {
    return from <= summary.getLastSeq() + 1
        ? Future.succeededFuture(summary)
        : Future.failedFuture(
            new EspalierException(
                FailureCode.USAGE,
                "the last event of run '%s' is %d; from=%d is beyond what comes next"
                    .formatted(summary.getRun(), summary.getLastSeq(), from)));
  }

  private void begin(Outlet outlet, String run, int from) {
    EventStream stream =
        new EventStream(
            vertx,
            outlet,
            texts,
            from,
            // One event earlier, to see whether that was the end of the run.
            reader -> new LogCursor(bus, pulse, run, from - 1, reader),
            open::remove);
    open.add(stream);
    stream.start();
  }

  /** How many are open. */
  int count() {
    return open.size();
  }

  private static void refuse(RoutingContext context, int status, String why) {
    FailureResponses.send(context, status, new EspalierException(FailureCode.USAGE, why));
  }

  /** Ends every stream. */
  void close() {
    List.copyOf(open).forEach(EventStream::goAway);
  }
}
