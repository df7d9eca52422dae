package io.espalier.runtime.gateway;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.Optional;

/**
 * A running gateway: an HTTP server with the dashboard, the API, event streams and the event-bus
 * bridge. Needs the codecs of {@link io.espalier.runtime.BusCodecs} on the bus.
 */
public final class Gateway {
  private final Vertx vertx;
  private final String deployment;
  private final GatewayOptions options;
  private final int port;
  private Optional<Future<Void>> closing = Optional.empty();

  private Gateway(Vertx vertx, String deployment, GatewayOptions options, int port) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.options = options;
    this.port = port;
  }

  /**
   * Starts a gateway.
   *
   * @return the gateway once it listens; or a {@link EspalierException} with {@link
   *     FailureCode#NETWORK} if it cannot
   */
  public static Future<Gateway> start(Vertx vertx, RunStore store, GatewayOptions options) {
    GatewayServer server = new GatewayServer(store, options);
    return vertx
        .deployVerticle(server)
        .map(deployment -> new Gateway(vertx, deployment, options, server.port()))
        .recover(failure -> Future.failedFuture(notListening(options, failure)));
  }

  /**
   * Starts a gateway to a runtime and waits until it listens. It ends with the runtime.
   *
   * @throws EspalierException ({@link FailureCode#NETWORK}) if it cannot listen
   */
  public static Gateway open(Espalier espalier, GatewayOptions options) {
    return start(espalier.vertx(), espalier.store(), options).await();
  }

  private static EspalierException notListening(GatewayOptions options, Throwable failure) {
    String place = options.host() + ":" + options.port();
    if (failure instanceof BindException) {
      return new EspalierException(
          FailureCode.NETWORK,
          "cannot listen on %s: %s; choose another port with --port (0 takes a free one)"
              .formatted(place, failure.getMessage()),
          failure);
    }
    return new EspalierException(
        FailureCode.NETWORK, "cannot listen on %s: %s".formatted(place, failure), failure);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Where the dashboard is, such as {@code http://127.0.0.1:8080/}. */
  public String url() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return "http://" + host + ":" + port + "/";
  }

  /** Stops listening and ends every connection and subscription. Closing again does nothing. */
  public synchronized Future<Void> close() {
    if (closing.isEmpty()) {
      closing = Optional.of(vertx.undeploy(deployment));
    }
    return closing.get();
  }
}
