package io.espalier.runtime.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A gateway on a free port in front of fake runs, and clients for it. */
final class GatewayFixture implements AutoCloseable {
  static final String ALLOWED_ORIGIN = "http://dashboard.example:5173";

  /** Bytes; of its own accord the system may take tens of megabytes for a client that pauses. */
  private static final int RECEIVE_BUFFER = 256 * 1024;

  private static final int MOST_RECEIVED = 16 << 20;

  final Vertx vertx;
  final FakeRuns runs;
  final Gateway gateway;
  private final WebSocketClient sockets;

  GatewayFixture(Vertx vertx, Path root) {
    this(vertx, root, Optional.empty(), GatewayLimits.DEFAULT);
  }

  GatewayFixture(Vertx vertx, Path root, Optional<AccessToken> token, GatewayLimits limits) {
    this(vertx, root, token, limits, GatewayUploads.NONE);
  }

  GatewayFixture(Vertx vertx, Path root, GatewayUploads uploads) {
    this(vertx, root, Optional.empty(), GatewayLimits.DEFAULT, uploads);
  }

  private GatewayFixture(
      Vertx vertx,
      Path root,
      Optional<AccessToken> token,
      GatewayLimits limits,
      GatewayUploads uploads) {
    this.vertx = vertx;
    runs = new FakeRuns(vertx, root);
    gateway =
        await(
            Gateway.start(
                vertx,
                runs.store,
                new GatewayOptions(
                    "127.0.0.1", 0, Set.of(ALLOWED_ORIGIN), token, limits, uploads)));
    sockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxMessageSize(MOST_RECEIVED)
                .setReceiveBufferSize(RECEIVE_BUFFER));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An answer as it came. */
  record Answer(int status, String head, String body) {}

  /** Sends a request with exactly this target. */
  Answer get(String target, String... headers) {
    return request("GET", target, "", headers);
  }

  Answer post(String target, String body, String... headers) {
    return request("POST", target, body, headers);
  }

  Answer put(String target, String body, String... headers) {
    return request("PUT", target, body, headers);
  }

  /** Sends a request byte by byte as given, since clients tidy paths up. */
  private Answer request(String method, String target, String body, String... headers) {
    return send(method, target, "Content-Length: %d\r\n".formatted(body.length()), body, headers);
  }

  /** Puts a body that is in chunks already. */
  Answer chunked(String target, String body) {
    return send("PUT", target, "Transfer-Encoding: chunked\r\n", body);
  }

  private Answer send(String method, String target, String length, String body, String... headers) {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    if (String.join("\n", headers).indexOf("Host:") < 0) {
      request.append("Host: 127.0.0.1:").append(gateway.port()).append("\r\n");
    }
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append(length);
    request.append("Connection: close\r\n\r\n").append(body);
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(all.split(" ", 3)[1]), all.substring(0, end), all.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Future<WebSocket> socket(String path) {
    return sockets.connect(options(path));
  }

  Future<WebSocket> socketWith(String path, String header, String value) {
    return sockets.connect(options(path).addHeader(header, value));
  }

  Future<WebSocket> socket(String path, String origin) {
    return sockets.connect(options(path).setAllowOriginHeader(true).addHeader("Origin", origin));
  }

  private WebSocketConnectOptions options(String path) {
    return new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(gateway.port())
        .setURI(path)
        .setAllowOriginHeader(false);
  }

  @Override
  public void close() {
    await(gateway.close());
    runs.close();
  }
}
