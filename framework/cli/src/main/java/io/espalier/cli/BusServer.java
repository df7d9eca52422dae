package io.espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running server, reached over HTTP and WebSockets. */
final class BusServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int UNAUTHORISED = 401;

  private final URI address;
  private final Optional<String> token;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  /**
   * @param address with a slash at its end
   */
  BusServer(URI address, Optional<String> token) {
    this.address = address;
    this.token = token;
  }

  /**
   * Asks for a resource.
   *
   * @param path below the server's address
   * @throws EspalierException with the server's own failure, or {@link FailureCode#NETWORK} if none
   *     listens
   */
  JsonNode get(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path));
    token.ifPresent(given -> request.header("Authorization", "Bearer " + given));
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == UNAUTHORISED) {
        throw refused();
      }
      JsonNode body = JSON.readTree(response.body());
      if (response.statusCode() / 100 != 2) {
        throw new EspalierException(
            code(body.path("code").asText()), body.path("message").asText(response.body()));
      }
      return body;
    } catch (JsonProcessingException e) {
      throw new EspalierException(
          FailureCode.NETWORK, "what listens at %s is no Espalier".formatted(address), e);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static FailureCode code(String name) {
    return Arrays.stream(FailureCode.values())
        .filter(code -> name.equals("FAILURE_CODE_" + code.name()))
        .findFirst()
        .orElse(FailureCode.NETWORK);
  }

  /**
   * Opens a WebSocket.
   *
   * @throws EspalierException ({@link FailureCode#NETWORK}) if none listens or it refuses
   */
  WebSocket open(String path, WebSocket.Listener listener) {
    String scheme = address.getScheme().equals("https") ? "wss" : "ws";
    URI place = URI.create(scheme + "://" + address.getRawAuthority() + "/").resolve(path);
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(CONNECT);
    token.ifPresent(given -> builder.header("Authorization", "Bearer " + given));
    try {
      return builder.buildAsync(place, listener).get(2 * CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private EspalierException failed(Throwable cause) {
    if (cause instanceof WebSocketHandshakeException handshake
        && handshake.getResponse().statusCode() == UNAUTHORISED) {
      return refused();
    }
    return cause instanceof WebSocketHandshakeException handshake
        ? new EspalierException(
            FailureCode.NETWORK,
            "%s refused the connection (HTTP status %d)"
                .formatted(address, handshake.getResponse().statusCode()),
            cause)
        : unreachable(cause);
  }

  private EspalierException refused() {
    return new EspalierException(
        FailureCode.USAGE,
        "%s asks for a token and %s; give it with --token or in ESPALIER_TOKEN"
            .formatted(address, token.isPresent() ? "this one is wrong" : "none was given"));
  }

  private EspalierException unreachable(Throwable cause) {
    boolean nobody =
        cause instanceof ConnectException || cause instanceof UnresolvedAddressException;
    return new EspalierException(
        FailureCode.NETWORK,
        nobody
            ? "no server listens at %s; start one with 'espalier serve', or name another with --url"
                .formatted(address)
            : "the connection to %s failed: %s".formatted(address, cause),
        cause);
  }

  static EspalierException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EspalierException(FailureCode.CANCELLED, "interrupted", e);
  }
}
