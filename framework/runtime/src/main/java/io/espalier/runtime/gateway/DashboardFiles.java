package io.espalier.runtime.gateway;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The dashboard's static files, from the class path. */
final class DashboardFiles implements Handler<RoutingContext> {
  private static final String ROOT = "io/espalier/dashboard/";
  private static final String INDEX = "index.html";
  private static final Pattern PATH =
      Pattern.compile("/([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");
  private static final int NOT_FOUND = 404;

  /** The build names files below {@code assets} by their content: they never change. */
  private static final String HASHED = "/assets/";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("webp", "image/webp"),
          Map.entry("woff2", "font/woff2"));

  private final Vertx vertx;

  DashboardFiles(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Whether a path is one of the dashboard's, which everybody may read. */
  static boolean isPage(String path) {
    return path.equals("/") || path.equals("/" + INDEX) || path.startsWith(HASHED);
  }

  @Override
  public void handle(RoutingContext context) {
    String asked = context.normalizedPath();
    String path = asked.equals("/") ? "/" + INDEX : asked;
    Optional<String> type = type(path);
    if (type.isEmpty()) {
      absent(context, path);
      return;
    }
    vertx
        .executeBlocking(() -> read(path), false)
        .onSuccess(
            content ->
                content.ifPresentOrElse(
                    bytes -> send(context, path, type.get(), bytes), () -> absent(context, path)))
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  private static void send(RoutingContext context, String path, String type, Buffer content) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(
            HttpHeaders.CACHE_CONTROL,
            path.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache")
        .end(content);
  }

  private static void absent(RoutingContext context, String path) {
    HttpServerResponse response = context.response().setStatusCode(NOT_FOUND);
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
    if (path.equals("/" + INDEX)) {
      response.end(
          "The dashboard is not installed: espalier-dashboard.jar is not on the class path.\n"
              + "The API works all the same; begin with /api/v1/runs.\n");
    } else {
      response.end("There is nothing at " + context.request().path() + "\n");
    }
  }

  private static Optional<String> type(String path) {
    if (!PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(TYPES.get(path.substring(path.lastIndexOf('.') + 1)));
  }

  private static Optional<Buffer> read(String path) {
    String name = ROOT + path.substring(1);
    try (InputStream in = DashboardFiles.class.getClassLoader().getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
