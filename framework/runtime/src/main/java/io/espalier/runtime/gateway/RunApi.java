package io.espalier.runtime.gateway;

import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.Addresses;
import io.espalier.runtime.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;

/** The HTTP API: every answer is the JSON form of a message on the bus, or a file of a run. */
final class RunApi {
  /** The most events of one answer. */
  static final int MOST_EVENTS = 5000;

  /** Events of an answer unless asked otherwise. */
  static final int DEFAULT_EVENTS = 1000;

  private static final String RUNS = "/api/v1/runs";
  private static final String RUN = RUNS + "/:run";
  private static final long MOST_BODY_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final BusClient bus;
  private final RunFiles files;
  private final EventStreams streams;

  RunApi(Vertx vertx, BusClient bus, RunStore store, EventStreams streams) {
    this.vertx = vertx;
    this.bus = bus;
    this.files = new RunFiles(vertx, store);
    this.streams = streams;
  }

  void mount(Router router) {
    router.route("/api/*").handler(RunApi::notStored);
    router.get(RUNS).handler(context -> answer(context, bus.runs()));
    router.get(RUN).handler(context -> answer(context, bus.run(run(context))));
    router.get(RUN + "/events").handler(this::events);
    router.get(RUN + "/files/*").handler(files::send);
    router.get(RUN + "/stream").handler(this::stream);
    control(router, "pause", Addresses.RUN_PAUSE);
    control(router, "resume", Addresses.RUN_RESUME);
    control(router, "cancel", Addresses.RUN_CANCEL);
    router.get("/api/v1/plugins").handler(context -> answer(context, bus.plugins()));
    router.route("/api/*").handler(context -> context.fail(404));
  }

  private void control(Router router, String verb, String address) {
    router
        .post(RUN + "/" + verb)
        .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
        .handler(context -> answer(context, bus.control(address, run(context))));
  }

  private void events(RoutingContext context) {
    try {
      int from = number(context, "from", 1);
      int limit = Math.min(number(context, "limit", DEFAULT_EVENTS), MOST_EVENTS);
      answer(context, bus.events(run(context), from, limit));
    } catch (EspalierException e) {
      FailureResponses.send(context, e);
    }
  }

  private void stream(RoutingContext context) {
    try {
      streams.handle(context, run(context), number(context, "from", 1));
    } catch (EspalierException e) {
      FailureResponses.send(context, e);
    }
  }

  /** Answers with a message; its JSON is made off the event loop, since it can be large. */
  private void answer(RoutingContext context, Future<? extends Message> message) {
    message
        .compose(found -> vertx.executeBlocking(() -> ProtoJson.print(found), false))
        .onSuccess(
            json ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json))
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  private static void notStored(RoutingContext context) {
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    context.next();
  }

  static String run(RoutingContext context) {
    return Optional.ofNullable(context.pathParam("run")).orElse("");
  }

  /** A whole number from 1 in the query. */
  private static int number(RoutingContext context, String name, int otherwise) {
    String text = context.request().getParam(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new EspalierException(
        FailureCode.USAGE, "%s=%s is no whole number from 1".formatted(name, text));
  }
}
