package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunSummary;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open event streams; refuses what cannot be streamed while it is still plain HTTP. */
final class EventStreams {
  /** The most streams open at a time. */
  static final int MOST_STREAMS = 256;

  private static final int UPGRADE_REQUIRED = 426;
  private static final int UNAVAILABLE = 503;

  private final Vertx vertx;
  private final BusClient bus;
  private final Set<EventStream> open = new HashSet<>();

  EventStreams(Vertx vertx, BusClient bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Answers a request for the stream of a run from an event on. */
  void handle(RoutingContext context, String run, int from) {
    HttpServerRequest request = context.request();
    if (!request.canUpgradeToWebSocket()) {
      refuse(context, UPGRADE_REQUIRED, "%s is a WebSocket".formatted(request.path()));
      return;
    }
    if (open.size() >= MOST_STREAMS) {
      refuse(context, UNAVAILABLE, "%d event streams are open".formatted(MOST_STREAMS));
      return;
    }
    request.pause();
    bus.run(run)
        .compose(summary -> upgrade(request, summary, from))
        .onFailure(
            failure -> {
              request.resume();
              FailureResponses.send(context, failure);
            });
  }

  private Future<Void> upgrade(HttpServerRequest request, RunSummary summary, int from) {
    if (from > summary.getLastSeq() + 1) {
      return Future.failedFuture(
          new EspalierException(
              FailureCode.USAGE,
              "the last event of run '%s' is %d; from=%d is beyond what comes next"
                  .formatted(summary.getRun(), summary.getLastSeq(), from)));
    }
    return request
        .toWebSocket()
        .map(
            socket -> {
              EventStream stream =
                  new EventStream(vertx, bus, socket, summary.getRun(), from, open::remove);
              open.add(stream);
              stream.start();
              return null;
            });
  }

  private static void refuse(RoutingContext context, int status, String why) {
    FailureResponses.send(context, status, new EspalierException(FailureCode.USAGE, why));
  }

  /** Ends every stream. */
  void close() {
    List.copyOf(open).forEach(EventStream::goAway);
  }
}
