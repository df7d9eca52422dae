package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class OriginGuardTest {
  private static final String[] SOCKETS = {"/api/v1/runs/one/stream", "/eventbus/websocket"};

  @TempDir Path root;
  private GatewayFixture fixture;

  @BeforeEach
  void start(Vertx vertx) {
    fixture = new GatewayFixture(vertx, root);
    fixture.runs.run("one");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private String own() {
    return "http://127.0.0.1:" + fixture.gateway.port();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "http://127.0.0.1:1", "https://localhost", "null"})
  void foreignPagesGetNoSocket(String origin) {
    for (String socket : SOCKETS) {
      assertThatThrownBy(() -> GatewayFixture.await(fixture.socket(socket, origin)))
          .hasMessageContaining("403")
          .isInstanceOf(UpgradeRejectedException.class);
    }
  }

  @Test
  void ownPagesAllowedOriginsAndProgramsGetSockets() {
    for (String socket : SOCKETS) {
      assertThat(GatewayFixture.await(fixture.socket(socket, own())).isClosed()).isFalse();
      assertThat(
              GatewayFixture.await(fixture.socket(socket, GatewayFixture.ALLOWED_ORIGIN))
                  .isClosed())
          .isFalse();
      assertThat(GatewayFixture.await(fixture.socket(socket)).isClosed()).isFalse();
    }
  }

  @Test
  void foreignPagesCannotSteerRuns() {
    assertThat(fixture.post("/api/v1/runs/one/cancel", "", "Origin: http://evil.example").status())
        .isEqualTo(403);
    assertThat(fixture.runs.asked).isEmpty();
    assertThat(fixture.post("/api/v1/runs/one/cancel", "", "Origin: " + own()).status())
        .isEqualTo(200);
  }

  @Test
  void oneForeignOriginAmongSeveralIsEnough() {
    String own = "Origin: http://127.0.0.1:" + fixture.gateway.port();

    assertThat(fixture.get("/api/v1/runs", own, "Origin: http://evil.example").status())
        .isEqualTo(403);
    assertThat(fixture.get("/api/v1/runs", own).status()).isEqualTo(200);
  }

  @Test
  void aForeignNameThatPointsHereIsNotTheGatewaysOwn() {
    String rebound = "evil.example:" + fixture.gateway.port();

    assertThat(
            fixture.get("/api/v1/runs", "Host: " + rebound, "Origin: http://" + rebound).status())
        .isEqualTo(403);
    assertThat(fixture.get("/api/v1/runs", "Host: " + rebound).status()).isEqualTo(403);
  }

  @Test
  void localNamesAreTheGatewaysOwn() {
    assertThat(fixture.get("/api/v1/runs", "Host: localhost:9999").status()).isEqualTo(200);
    assertThat(fixture.get("/api/v1/runs", "Host: [::1]:9999").status()).isEqualTo(200);
    assertThat(
            fixture
                .get("/api/v1/runs", "Host: localhost:9999", "Origin: http://localhost:9999")
                .status())
        .isEqualTo(200);
  }

  @Test
  void transportsWithoutAnOriginAreOff() {
    for (String transport :
        new String[] {"jsonp?c=cb", "htmlfile?c=cb", "eventsource", "xhr", "xhr_streaming"}) {
      assertThat(fixture.get("/eventbus/000/session/" + transport).status())
          .as(transport)
          .isEqualTo(404);
      assertThat(fixture.post("/eventbus/000/session/" + transport, "").status())
          .as(transport)
          .isIn(404, 405);
    }
  }
}
