package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.core.FailureProtos;
import io.espalier.runtime.FailedReplies;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as answers to HTTP requests: a status and the JSON form of {@code Failure}. */
final class FailureResponses {
  private static final Logger LOG = LoggerFactory.getLogger(FailureResponses.class);

  private FailureResponses() {}

  /** Makes what the router itself refuses look like every other failure. */
  static void handleErrors(Router router) {
    router.errorHandler(404, context -> send(context, 404, FailureCode.NOT_FOUND, "nothing is at"));
    router.errorHandler(405, context -> send(context, 405, FailureCode.USAGE, "wrong method for"));
    router.errorHandler(
        413, context -> send(context, 413, FailureCode.USAGE, "too large a body for"));
    router.errorHandler(
        400, context -> send(context, 400, FailureCode.USAGE, "a broken request for"));
    router.errorHandler(500, FailureResponses::sendFault);
  }

  private static void send(RoutingContext context, int status, FailureCode code, String problem) {
    String place = context.request().method() + " " + context.request().path();
    send(context, status, new EspalierException(code, problem + " " + place));
  }

  private static void sendFault(RoutingContext context) {
    Throwable failure = context.failure();
    if (failure == null) {
      send(context, 500, FailureCode.INTERNAL, "no answer to");
    } else {
      send(context, failure);
    }
  }

  /** Answers with a failure, which need not be a typed one. */
  static void send(RoutingContext context, Throwable failure) {
    EspalierException typed = FailedReplies.typed(failure);
    if (typed.code() == FailureCode.INTERNAL) {
      LOG.error("{} {} failed", context.request().method(), context.request().path(), failure);
    }
    send(context, status(typed.code()), typed);
  }

  /** Answers with a status and a failure. */
  static void send(RoutingContext context, int status, EspalierException failure) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.headWritten()) {
      context.request().connection().close();
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(ProtoJson.print(FailureProtos.toProto(withoutCause(failure), "")));
  }

  /** Where a failure came from inside is for the log, not for clients. */
  private static EspalierException withoutCause(EspalierException failure) {
    return new EspalierException(failure.code(), String.valueOf(failure.getMessage()));
  }

  private static int status(FailureCode code) {
    return switch (code) {
      case USAGE -> 400;
      case NOT_FOUND -> 404;
      case CANCELLED -> 409;
      case MODEL, DATA, PLUGIN, VERIFICATION, NUMERIC -> 422;
      case NETWORK -> 503;
      case IO, INTERNAL -> 500;
    };
  }
}
