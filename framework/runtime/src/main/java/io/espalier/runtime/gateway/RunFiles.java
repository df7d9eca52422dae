package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.RunStore;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Downloads from run folders: the results that a run is known to write, and nothing else. What lies
 * outside of the folder is not reached, through a link neither.
 */
final class RunFiles {
  private static final Pattern MODEL = Pattern.compile("models/[A-Za-z0-9][A-Za-z0-9._-]*\\.onnx");

  private static final String EVENTS = "events.jsonl";

  private final Vertx vertx;
  private final BusClient bus;
  private final RunStore store;

  RunFiles(Vertx vertx, BusClient bus, RunStore store) {
    this.vertx = vertx;
    this.bus = bus;
    this.store = store;
  }

  void send(RoutingContext context) {
    String run = RunApi.run(context);
    String path = Optional.ofNullable(context.pathParam("*")).orElse("");
    if (path.equals(EVENTS)) {
      new EventsDownload(vertx, bus, context, run).start();
      return;
    }
    Optional<String> type = contentType(path);
    if (type.isEmpty()) {
      FailureResponses.send(context, absent(run, path));
      return;
    }
    vertx
        .executeBlocking(() -> find(run, path), false)
        .onSuccess(file -> send(context, file, path, type.get()))
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  private static void send(RoutingContext context, Path file, String path, String type) {
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    if (path.equals("report.html")) {
      SecurityHeaders.narrow(context);
    } else if (MODEL.matcher(path).matches()) {
      response.putHeader(
          HttpHeaders.CONTENT_DISPOSITION,
          "attachment; filename=\"%s\"".formatted(file.getFileName()));
    }
    response
        .sendFile(file.toString())
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  /** What a file of a run holds; empty for a file that is not for download. */
  private static Optional<String> contentType(String path) {
    if (MODEL.matcher(path).matches()) {
      return Optional.of("application/octet-stream");
    }
    return switch (path) {
      case "report.html" -> Optional.of("text/html; charset=utf-8");
      case "report.md" -> Optional.of("text/markdown; charset=utf-8");
      case "measurements.json", "scenario.json", "manifest.json" -> Optional.of("application/json");
      default -> Optional.empty();
    };
  }

  private Path find(String run, String path) {
    try {
      Path folder = store.get(run).root().toRealPath();
      Path file = folder.resolve(path);
      if (Files.isRegularFile(file)) {
        Path real = file.toRealPath();
        if (real.startsWith(folder)) {
          return real;
        }
      }
      throw absent(run, path);
    } catch (IOException e) {
      throw new EspalierException(
          FailureCode.IO, "cannot read %s of run '%s': %s".formatted(path, run, e), e);
    }
  }

  private static EspalierException absent(String run, String path) {
    return new EspalierException(
        FailureCode.NOT_FOUND,
        "run '%s' has no file '%s' for download; there can be models/*.onnx, report.html, report.md, measurements.json, scenario.json, manifest.json and events.jsonl"
            .formatted(run, path));
  }
}
