package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Takes models and plugins from clients, where that is allowed: into one folder each, under a plain
 * name, whole or not at all. Says what it takes, and which models it has.
 */
final class UploadApi {
  static final String PATH = RunApi.BASE + "/uploads";

  /** Uploads at a time. */
  private static final int MOST_OPEN = 4;

  private static final int CREATED = 201;
  private static final int FORBIDDEN = 403;
  private static final int TOO_LARGE = 413;
  private static final int UNAVAILABLE = 503;

  /** What can be sent: where to, how its files are named, what allows it, whether it replaces. */
  private record Kind(
      String path, Optional<Path> folder, Pattern name, String option, boolean replaces) {}

  private final Vertx vertx;
  private final GatewayUploads uploads;
  private int open;

  UploadApi(Vertx vertx, GatewayUploads uploads) {
    this.vertx = vertx;
    this.uploads = uploads;
  }

  void mount(Router router) {
    router.get(PATH).handler(this::tell);
    mount(router, new Kind("models", uploads.models(), name("onnx"), "--accept-models", false));
    mount(router, new Kind("plugins", uploads.plugins(), name("jar"), "--accept-plugins", true));
  }

  private static Pattern name(String ending) {
    return Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}\\." + ending);
  }

  private void mount(Router router, Kind kind) {
    router
        .put("%s/%s/:file".formatted(RunApi.BASE, kind.path))
        .handler(context -> take(context, kind));
  }

  private void tell(RoutingContext context) {
    kept()
        .onSuccess(
            files ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(
                        new JsonObject()
                            .put("models", uploads.models().isPresent())
                            .put("plugins", uploads.plugins().isPresent())
                            .put("mostBytes", uploads.mostBytes())
                            .put("modelFiles", new JsonArray(files))
                            .encode()))
        .onFailure(failure -> FailureResponses.send(context, failure));
  }

  /** The models that clients have sent, in the order of their names. */
  private Future<List<String>> kept() {
    if (uploads.models().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    String folder = uploads.models().get().toAbsolutePath().toString();
    return vertx
        .fileSystem()
        .exists(folder)
        .compose(
            there ->
                there
                    ? vertx.fileSystem().readDir(folder, "[^.].*\\.onnx")
                    : Future.succeededFuture(List.of()))
        .map(files -> files.stream().sorted().toList());
  }

  private void take(RoutingContext context, Kind kind) {
    String name = Optional.ofNullable(context.pathParam("file")).orElse("");
    if (kind.folder.isEmpty()) {
      refuse(
          context,
          FORBIDDEN,
          "this server takes no %s from clients; %s allows it".formatted(kind.path, kind.option));
    } else if (!kind.name.matcher(name).matches()) {
      refuse(context, 400, "'%s' is no name of a file for %s".formatted(name, kind.path));
    } else if (length(context.request()) > uploads.mostBytes()) {
      tooLarge(context);
    } else if (open >= MOST_OPEN) {
      refuse(context, UNAVAILABLE, "%d uploads are open".formatted(MOST_OPEN));
    } else {
      open++;
      receive(context, kind, kind.folder.get(), name).onComplete(done -> open--);
    }
  }

  private static long length(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
  }

  private Future<?> receive(RoutingContext context, Kind kind, Path folder, String name) {
    HttpServerRequest request = context.request().pause();
    Path part = folder.resolve("." + UUID.randomUUID() + ".part");
    Path file = folder.resolve(name);
    return vertx
        .fileSystem()
        .mkdirs(folder.toString())
        .compose(
            made ->
                vertx
                    .fileSystem()
                    .open(part.toString(), new OpenOptions().setCreateNew(true).setRead(false)))
        .compose(opened -> copy(request, opened))
        .compose(written -> vertx.executeBlocking(() -> put(part, file, kind.replaces), false))
        .onSuccess(
            placed ->
                context
                    .response()
                    .setStatusCode(CREATED)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(new JsonObject().put("file", file.toAbsolutePath().toString()).encode()))
        .onFailure(
            failure -> {
              vertx.fileSystem().delete(part.toString());
              if (failure instanceof TooLarge) {
                tooLarge(context);
              } else {
                FailureResponses.send(context, failure);
              }
            });
  }

  private Future<Void> copy(HttpServerRequest request, AsyncFile file) {
    Promise<Void> done = Promise.promise();
    AtomicLong left = new AtomicLong(uploads.mostBytes());
    request.exceptionHandler(done::tryFail);
    request.handler(
        chunk -> {
          if (left.addAndGet(-chunk.length()) < 0) {
            done.tryFail(new TooLarge());
            return;
          }
          file.write(chunk).onFailure(done::tryFail);
          if (file.writeQueueFull()) {
            request.pause();
            file.drainHandler(room -> request.resume());
          }
        });
    request.endHandler(end -> done.tryComplete());
    request.resume();
    return done.future().eventually(file::close);
  }

  private static Path put(Path part, Path file, boolean replaces) {
    try {
      if (replaces) {
        return Files.move(
            part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
      return Files.move(part, file);
    } catch (FileAlreadyExistsException e) {
      throw new EspalierException(
          FailureCode.USAGE,
          "there is a '%s' already; choose another name".formatted(file.getFileName()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tooLarge(RoutingContext context) {
    refuse(
        context,
        TOO_LARGE,
        "a file may have %d bytes at most (--max-upload)".formatted(uploads.mostBytes()));
  }

  private static void refuse(RoutingContext context, int status, String why) {
    context.response().putHeader(HttpHeaders.CONNECTION, "close");
    FailureResponses.send(context, status, new EspalierException(FailureCode.USAGE, why));
  }

  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
