package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway with a token, tried by who does not know it and by who does. */
@ExtendWith(VertxExtension.class)
class TokenGuardTest {
  private static final String TOKEN = "correct-horse-battery-staple";
  private static final String BEARER = "Bearer " + TOKEN;
  private static final String AUTHORIZATION = "Authorization: " + BEARER;
  private static final String STREAM = "/api/v1/runs/one/stream";

  @TempDir Path root;
  private GatewayFixture fixture;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    fixture =
        new GatewayFixture(vertx, root, Optional.of(AccessToken.of(TOKEN)), GatewayLimits.DEFAULT);
    Files.writeString(fixture.runs.run("one").root().resolve("report.md"), "# Report");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/runs",
        "/api/v1/plugins",
        "/api/v1/runs/one/files/report.md",
        "/api/v1/runs/one/files/events.jsonl",
        "/api/v1/openapi.json",
        "/api/v1/nothing",
        "/metrics",
        "/health",
        "/eventbus/info",
        "/eventbus/123/session/websocket",
        "/anything",
        "//api/v1/runs",
        "/assets/../api/v1/runs",
        "/assets/%2e%2e/api/v1/runs"
      })
  void nothingIsReadWithoutTheToken(String path) {
    GatewayFixture.Answer answer = fixture.get(path);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.head()).containsIgnoringCase("www-authenticate: Bearer");
    assertThat(answer.body()).contains("wants a token").doesNotContain("Report", TOKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer correct-horse-battery-stapl",
        "Authorization: Bearer correct-horse-battery-staple2",
        "Authorization: Bearer",
        "Authorization: Basic correct-horse-battery-staple",
        "Authorization: correct-horse-battery-staple",
        "X-Token: correct-horse-battery-staple",
        "Cookie: espalier-session=correct-horse-battery-staple"
      })
  void nothingElseThanTheTokenLetsIn(String header) {
    assertThat(fixture.get("/api/v1/runs", header).status()).isEqualTo(401);
    assertThat(fixture.post("/api/v1/session", "", header).status()).isEqualTo(401);
    assertThat(fixture.get("/api/v1/runs?token=" + TOKEN).status()).isEqualTo(401);
  }

  @Test
  void nothingIsChangedWithoutTheToken() {
    assertThat(fixture.post("/api/v1/runs/one/cancel", "").status()).isEqualTo(401);
    assertThat(fixture.runs.asked).isEmpty();
    assertThat(fixture.post("/api/v1/runs/one/cancel", "", AUTHORIZATION).status()).isEqualTo(200);
  }

  @Test
  void socketsNeedTheTokenToo() {
    for (String path : new String[] {STREAM, "/eventbus/websocket", "/eventbus/1/s/websocket"}) {
      assertThatThrownBy(() -> GatewayFixture.await(fixture.socket(path)))
          .hasMessageContaining("401")
          .isInstanceOf(UpgradeRejectedException.class);
      WebSocket socket = GatewayFixture.await(fixture.socketWith(path, "Authorization", BEARER));
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void serverSentEventsAndDownloadsNeedTheTokenToo() {
    fixture.runs.append("one", FakeRuns.step(1));
    fixture.runs.finish("one");
    String[] paths = {STREAM, "/api/v1/runs/one/files/events.jsonl"};
    for (String path : paths) {
      assertThat(fixture.get(path, "Accept: text/event-stream").status()).isEqualTo(401);
      GatewayFixture.Answer answer = fixture.get(path, "Accept: text/event-stream", AUTHORIZATION);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).contains("runFinished");
    }
  }

  @Test
  void aBrowserTradesTheTokenForACookieThatScriptsAndOtherSitesCannotUse() {
    String head = fixture.post("/api/v1/session", "", AUTHORIZATION).head();

    String cookie =
        head.lines().filter(line -> line.matches("(?i)set-cookie: .*")).findFirst().orElseThrow();
    assertThat(cookie)
        .containsIgnoringCase("; HttpOnly")
        .contains("; SameSite=Strict", "; Path=/")
        .doesNotContain(TOKEN);
    String sent = cookie.replaceAll("(?i)set-cookie: ([^;]*);.*", "Cookie: $1");
    assertThat(fixture.get("/api/v1/runs", sent).status()).isEqualTo(200);
    assertThat(fixture.get("/api/v1/runs/one/files/report.md", sent).body()).isEqualTo("# Report");
    GatewayFixture.await(fixture.socketWith(STREAM, "Cookie", sent.substring("Cookie: ".length())));
    assertThat(fixture.get("/api/v1/runs", sent + "0").status()).isEqualTo(401);
    assertThat(fixture.get("/api/v1/runs", sent, "Origin: http://evil.example").status())
        .isEqualTo(403);
  }

  @Test
  void theDashboardsOwnFilesAreThereSoThatItCanAsk() {
    assertThat(fixture.get("/assets/probe-1a2b.css").status()).isEqualTo(200);
    assertThat(fixture.post("/assets/probe-1a2b.css", "").status()).isEqualTo(401);
  }

  @Test
  void aGatewayWithATokenMayHaveAnyName() {
    String named = "Host: builder.example:8080";

    assertThat(fixture.get("/api/v1/runs", named, AUTHORIZATION).status()).isEqualTo(200);
    assertThat(
            fixture
                .get("/api/v1/runs", named, AUTHORIZATION, "Origin: http://builder.example:8080")
                .status())
        .isEqualTo(200);
    assertThat(
            fixture
                .get("/api/v1/runs", named, AUTHORIZATION, "Origin: http://evil.example")
                .status())
        .isEqualTo(403);
  }
}
