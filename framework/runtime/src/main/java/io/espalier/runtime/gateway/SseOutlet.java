package io.espalier.runtime.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * Server-Sent Events: an event has its sequence number as id, so that a client that reconnects says
 * by {@code Last-Event-ID} where to go on. The last event is named {@code end} and tells why; a
 * client must not reconnect after it.
 */
final class SseOutlet implements Outlet {
  private static final int QUEUED_BYTES = 64 * 1024;

  private final HttpServerResponse response;

  SseOutlet(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public EventForm form() {
    return EventForm.SERVER_SENT;
  }

  @Override
  public void listen(Runnable drained, Runnable closed) {
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader("X-Accel-Buffering", "no")
        .setWriteQueueMaxSize(QUEUED_BYTES);
    response.drainHandler(room -> drained.run());
    response.exceptionHandler(broken -> {});
    response.closeHandler(gone -> closed.run());
    response.endHandler(gone -> closed.run());
    response.write("retry: 1000\n\n");
  }

  @Override
  public boolean ready() {
    return !response.closed() && !response.writeQueueFull();
  }

  @Override
  public void send(Buffer events) {
    response.write(events);
  }

  /** A comment keeps proxies from giving up; a client that is gone shows when it cannot be sent. */
  @Override
  public boolean check() {
    if (ready()) {
      response.write(":\n\n");
    }
    return !response.closed();
  }

  @Override
  public void finish(End end, String reason) {
    if (end == End.GATEWAY_ENDS) {
      response.end();
      return;
    }
    String told = new JsonObject().put("end", end.name()).put("reason", reason).encode();
    response.end("event: end\ndata: " + told + "\n\n");
  }
}
