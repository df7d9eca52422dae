package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.answered.AnsweredExtensions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Programs outside that answer extensions: one registers by asking for the stream of questions, and
 * is registered as long as it reads it; weights are fetched and answers are sent by requests.
 */
final class ExtensionClients {
  /** Where a program registers. */
  static final String PATH = RunApi.BASE + "/extensions/:kind/:id";

  /** The weights of a question that has too many to list them. */
  static final String WEIGHTS = PATH + "/calls/:call/weights";

  /** Where an answer is sent to. */
  static final String ANSWER = PATH + "/calls/:call";

  /** The most that are registered at a time. */
  static final int MOST_CLIENTS = 64;

  private static final int CONFLICT = 409;
  private static final int NOT_ACCEPTABLE = 406;
  private static final int UNAVAILABLE = 503;
  private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._ -]{1,64}");

  private final Vertx vertx;
  private final Map<String, ExtensionClient> open = new HashMap<>();

  ExtensionClients(Vertx vertx) {
    this.vertx = vertx;
  }

  void mount(Router router) {
    router.get(PATH).handler(this::register);
    router.get(WEIGHTS).handler(context -> withClient(context, ExtensionClient::sendWeights));
    router.post(ANSWER).handler(context -> withClient(context, ExtensionClient::takeAnswer));
  }

  private static String param(RoutingContext context, String name) {
    return Optional.ofNullable(context.pathParam(name)).orElse("");
  }

  private static String key(RoutingContext context) {
    return param(context, "kind") + "." + param(context, "id");
  }

  private void register(RoutingContext context) {
    String key = key(context);
    ExtensionClient before = open.get(key);
    if (!AnsweredExtensions.has(param(context, "kind"))
        || !ID.matcher(param(context, "id")).matches()) {
      refuse(
          context,
          NOT_ACCEPTABLE,
          "extension '%s' cannot be answered by clients (allowed: pruner, scheduler or listener, and an id of lower-case words with hyphens)"
              .formatted(key));
    } else if (!String.valueOf(context.request().getHeader(HttpHeaders.ACCEPT))
        .contains("text/event-stream")) {
      refuse(context, NOT_ACCEPTABLE, context.request().path() + " is a text/event-stream");
    } else if (before != null) {
      refuse(
          context,
          CONFLICT,
          "extension.%s is answered by client %s already; end that one, or take another id"
              .formatted(key, before.name()));
    } else if (open.size() >= MOST_CLIENTS) {
      refuse(context, UNAVAILABLE, "%d extensions are answered".formatted(MOST_CLIENTS));
    } else {
      ExtensionClient client =
          new ExtensionClient(
              vertx,
              context.response(),
              param(context, "kind"),
              param(context, "id"),
              name(context),
              () -> open.remove(key));
      open.put(key, client);
      client.start();
    }
  }

  /** What a client calls itself, else where it is. */
  private static String name(RoutingContext context) {
    String given = context.request().getParam("client");
    return given != null && NAME.matcher(given).matches()
        ? "'" + given + "'"
        : "at " + context.request().remoteAddress();
  }

  private interface Work {
    void run(ExtensionClient client, String call, RoutingContext context);
  }

  private void withClient(RoutingContext context, Work work) {
    try {
      ExtensionClient client = open.get(key(context));
      if (client == null) {
        throw new EspalierException(
            FailureCode.NOT_FOUND, "no client answers extension." + key(context));
      }
      work.run(client, param(context, "call"), context);
    } catch (EspalierException e) {
      FailureResponses.send(context, e);
    }
  }

  private static void refuse(RoutingContext context, int status, String why) {
    FailureResponses.send(context, status, new EspalierException(FailureCode.USAGE, why));
  }
}
