package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.BusCodecs;
import io.espalier.runtime.RunStore;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class GatewayTest {
  @TempDir Path root;

  @Test
  void aPortInUseIsNamedWithTheWayOut(Vertx vertx) throws IOException {
    BusCodecs.register(vertx);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  GatewayFixture.await(
                      Gateway.start(vertx, new RunStore(root), GatewayOptions.onPort(port))))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("--port")
          .extracting(e -> ((EspalierException) e).code())
          .isEqualTo(FailureCode.NETWORK);
    }
  }

  @Test
  void hostsThatOthersReachAreRefused() {
    for (String host :
        new String[] {"0.0.0.0", "::", "192.168.1.7", "example.org", "127.0.0.1.x"}) {
      assertThatThrownBy(() -> new GatewayOptions(host, 0, Set.of()))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("'" + host + "'")
          .extracting(e -> ((EspalierException) e).code())
          .isEqualTo(FailureCode.USAGE);
    }
    assertThat(new GatewayOptions("localhost", 0, Set.of()).host()).isEqualTo("localhost");
  }

  @Test
  void portsThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> GatewayOptions.onPort(70_000))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("70000");
  }

  @Test
  void theAddressOfTheDashboardIsTold(Vertx vertx) {
    try (GatewayFixture fixture = new GatewayFixture(vertx, root)) {
      assertThat(fixture.gateway.url())
          .isEqualTo("http://127.0.0.1:" + fixture.gateway.port() + "/");
    }
  }

  @Test
  void aGatewayWithoutRunsOnTheBusStillStarts(Vertx vertx) {
    BusCodecs.register(vertx);

    Gateway gateway =
        GatewayFixture.await(Gateway.start(vertx, new RunStore(root), GatewayOptions.onPort(0)));

    assertThat(gateway.port()).isPositive();
    GatewayFixture.await(gateway.close());
  }

  @Test
  void closingEndsStreamsAndListening(Vertx vertx) throws Exception {
    GatewayFixture fixture = new GatewayFixture(vertx, root);
    fixture.runs.run("one");
    WebSocket socket = GatewayFixture.await(fixture.socket("/api/v1/runs/one/stream"));
    CompletableFuture<Void> closed = new CompletableFuture<>();
    socket.closeHandler(closed::complete);

    fixture.close();

    closed.get(5, TimeUnit.SECONDS);
    assertThatThrownBy(() -> new Socket("127.0.0.1", fixture.gateway.port()).close())
        .isInstanceOf(ConnectException.class);
  }
}
