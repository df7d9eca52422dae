package io.espalier.runtime.gateway;

import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The whole log of a run as JSON lines, an event a line, batch by batch as the client takes it. */
final class EventsDownload {
  private final Vertx vertx;
  private final BusClient bus;
  private final RoutingContext context;
  private final String run;

  EventsDownload(Vertx vertx, BusClient bus, RoutingContext context, String run) {
    this.vertx = vertx;
    this.bus = bus;
    this.context = context;
    this.run = run;
  }

  void start() {
    bus.run(run)
        .onFailure(failure -> FailureResponses.send(context, failure))
        .onSuccess(
            summary -> {
              context
                  .response()
                  .setChunked(true)
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/jsonl")
                  .putHeader(
                      HttpHeaders.CONTENT_DISPOSITION,
                      "attachment; filename=\"%s.events.jsonl\"".formatted(summary.getRun()));
              sendFrom(1, summary.getLastSeq());
            });
  }

  private void sendFrom(int from, int last) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    if (from > last) {
      response.end();
      return;
    }
    bus.events(run, from, LogCursor.BATCH)
        .compose(
            batch ->
                vertx
                    .executeBlocking(() -> lines(batch), false)
                    .compose(response::write)
                    .map(batch))
        .onSuccess(batch -> sendFrom(from + Math.max(1, batch.getEventsCount()), last))
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  private static Buffer lines(EventBatch batch) {
    Buffer text = Buffer.buffer();
    for (RunEvent event : batch.getEventsList()) {
      text.appendString(ProtoJson.print(event)).appendString("\n");
    }
    return text;
  }
}
