package io.espalier.runtime.gateway;

import com.google.protobuf.Message;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.Operation;
import io.espalier.runtime.Operations;
import io.espalier.runtime.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The HTTP API: every operation of the bus, the files of runs, and the streams of their events. */
final class RunApi {
  /** What the paths of the API begin with. */
  static final String BASE = "/api/v1";

  private static final String RUN = BASE + "/runs/:run";

  private final Vertx vertx;
  private final BusClient bus;
  private final RunFiles files;
  private final EventStreams streams;

  RunApi(Vertx vertx, BusClient bus, RunStore store, EventStreams streams) {
    this.vertx = vertx;
    this.bus = bus;
    this.files = new RunFiles(vertx, bus, store);
    this.streams = streams;
  }

  void mount(Router router) {
    router.route("/api/*").handler(RunApi::notStored);
    router.get(RUN + "/files/*").handler(files::send);
    router.get(RUN + "/stream").handler(this::stream);
    Operations.ALL.forEach(operation -> mount(router, operation));
    new ExtensionClients(vertx).mount(router);
    ApiDocuments.mount(router);
    router.route("/api/*").handler(context -> context.fail(404));
  }

  private void mount(Router router, Operation operation) {
    Route route = router.route(HttpMethod.valueOf(operation.method()), BASE + operation.path());
    if (!operation.method().equals("GET")) {
      route.handler(BodyHandler.create(false).setBodyLimit(GatewayServer.MOST_MESSAGE_BYTES));
    }
    route.handler(
        context -> {
          try {
            answer(context, bus.request(operation.address(), request(context, operation)));
          } catch (EspalierException e) {
            FailureResponses.send(context, e);
          }
        });
  }

  private static Message request(RoutingContext context, Operation operation) {
    List<Map.Entry<String, String>> parameters = new ArrayList<>();
    parameters.addAll(context.queryParams().entries());
    parameters.addAll(context.pathParams().entrySet());
    String body = Optional.ofNullable(context.body()).map(given -> given.asString()).orElse("");
    return ClientRequests.parse(operation, body == null ? "" : body, parameters);
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
