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
import java.util.Optional;
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
  void hostsThatOthersReachAreRefusedWithoutAToken() {
    for (String host :
        new String[] {"0.0.0.0", "::", "192.168.1.7", "example.org", "127.0.0.1.x"}) {
      assertThatThrownBy(() -> options(host, Optional.empty()))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("'" + host + "'")
          .hasMessageContaining("--token-file")
          .extracting(e -> ((EspalierException) e).code())
          .isEqualTo(FailureCode.USAGE);
    }
    assertThat(options("localhost", Optional.empty()).host()).isEqualTo("localhost");
    AccessToken token = AccessToken.of("a token of some length".replace(' ', '-'));
    assertThat(options("0.0.0.0", Optional.of(token)).host()).isEqualTo("0.0.0.0");
  }

  private static GatewayOptions options(String host, Optional<AccessToken> token) {
    return new GatewayOptions(host, 0, Set.of(), token, GatewayLimits.DEFAULT, GatewayUploads.NONE);
  }

  @Test
  void tokensThatCanBeGuessedOrNotBeSentAreRefused() {
    for (String token : new String[] {"", "short", "has a space in its middle", "x".repeat(15)}) {
      assertThatThrownBy(() -> AccessToken.of(token))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("token");
    }
    assertThat(AccessToken.of("x".repeat(16))).asString().doesNotContain("xxx");
  }

  @Test
  void aGatewayListensOnThisMachineUnlessToldOtherwise() {
    assertThat(GatewayOptions.defaults().host()).isEqualTo("127.0.0.1");
    assertThat(GatewayOptions.onPort(1).host()).isEqualTo("127.0.0.1");
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
