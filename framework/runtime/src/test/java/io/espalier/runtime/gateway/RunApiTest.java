package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.runtime.Addresses;
import io.espalier.runtime.gateway.GatewayFixture.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RunApiTest {
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

  private static void failed(Answer answer, int status, String code, String message) {
    assertThat(answer.status()).isEqualTo(status);
    JsonObject failure = new JsonObject(answer.body());
    assertThat(failure.getString("code")).isEqualTo("FAILURE_CODE_" + code);
    assertThat(failure.getString("message")).contains(message);
  }

  @Test
  void runsAreListedInTheirJsonForm() {
    fixture.runs.run("two");

    Answer answer = fixture.get("/api/v1/runs");

    JsonArray runs = new JsonObject(answer.body()).getJsonArray("runs");
    assertThat(runs.size()).isEqualTo(2);
    assertThat(runs.getJsonObject(1).getString("run")).isEqualTo("two");
    assertThat(runs.getJsonObject(1).getString("state")).isEqualTo("RUN_STATE_RUNNING");
    assertThat(runs.getJsonObject(1).getInteger("lastSeq")).isZero();
    assertThat(answer.head()).containsIgnoringCase("content-type: application/json");
  }

  @Test
  void oneRunIsFound() {
    assertThat(new JsonObject(fixture.get("/api/v1/runs/one").body()).getString("run"))
        .isEqualTo("one");
  }

  @Test
  void anUnknownRunIsNotFound() {
    failed(fixture.get("/api/v1/runs/none"), 404, "NOT_FOUND", "no run 'none'");
    failed(fixture.get("/api/v1/runs/none/events"), 404, "NOT_FOUND", "no run 'none'");
  }

  @Test
  void eventsAreReadFromAPositionOn() {
    for (int step = 1; step <= 10; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }

    JsonObject batch = new JsonObject(fixture.get("/api/v1/runs/one/events?from=4&limit=2").body());

    assertThat(batch.getInteger("lastSeq")).isEqualTo(10);
    JsonArray events = batch.getJsonArray("events");
    assertThat(events.size()).isEqualTo(2);
    assertThat(events.getJsonObject(0).getInteger("seq")).isEqualTo(4);
    assertThat(events.getJsonObject(1).getJsonObject("step").getInteger("step")).isEqualTo(5);
  }

  @Test
  void noMoreThanTheCapIsAskedOfTheLog() {
    assertThat(fixture.get("/api/v1/runs/one/events?limit=1000000").status()).isEqualTo(200);
    assertThat(fixture.runs.mostAsked).isEqualTo(ClientRequests.MOST_EVENTS);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    failed(fixture.get("/api/v1/runs/one/events?from=x"), 400, "USAGE", "from=x");
    failed(fixture.get("/api/v1/runs/one/events?limit=-1"), 400, "USAGE", "limit=-1");
    failed(fixture.get("/api/v1/runs/one/events?from=99999999999"), 400, "USAGE", "99999999999");
  }

  @Test
  void pluginsAreListed() {
    assertThat(fixture.get("/api/v1/plugins").body()).contains("\"id\":\"magnitude\"");
  }

  @Test
  void controlRequestsReachTheRun() {
    for (String verb : new String[] {"pause", "resume", "cancel"}) {
      assertThat(fixture.post("/api/v1/runs/one/" + verb, "").status()).isEqualTo(200);
    }

    assertThat(fixture.runs.asked)
        .containsExactly(
            Addresses.RUN_PAUSE + " one",
            Addresses.RUN_RESUME + " one",
            Addresses.RUN_CANCEL + " one");
  }

  @Test
  void controlNeedsPost() {
    assertThat(fixture.get("/api/v1/runs/one/cancel").status()).isIn(404, 405);
    assertThat(fixture.runs.asked).isEmpty();
  }

  @Test
  void aLargeBodyIsRefused() {
    failed(fixture.post("/api/v1/runs/one/pause", "x".repeat(70_000)), 413, "USAGE", "too large");
    assertThat(fixture.runs.asked).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    failed(fixture.get("/api/v1/nothing"), 404, "NOT_FOUND", "/api/v1/nothing");
  }

  @Test
  void theStreamNeedsAWebSocket() {
    failed(fixture.get("/api/v1/runs/one/stream"), 426, "USAGE", "WebSocket");
  }

  @Test
  void everyAnswerHasTheSecurityHeaders() {
    assertThat(fixture.get("/api/v1/runs").head())
        .contains("Content-Security-Policy: default-src 'self'; connect-src 'self' ws: wss:")
        .contains("X-Content-Type-Options: nosniff")
        .contains("Referrer-Policy: no-referrer");
  }

  @Test
  void withoutADashboardTheFirstPageSaysSo() {
    Answer answer = fixture.get("/");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head()).containsIgnoringCase("content-type: text/plain");
    assertThat(answer.body()).contains("dashboard is not installed");
  }

  @Test
  void dashboardFilesComeFromTheClassPath() {
    Answer answer = fixture.get("/assets/probe-1a2b.css");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).containsIgnoringCase("content-type: text/css").contains("immutable");
    assertThat(fixture.get("/assets/other.css").status()).isEqualTo(404);
  }

  @Test
  void otherClassPathFilesAreNotServed() {
    for (String path :
        new String[] {
          "/../runtime/Addresses.class",
          "/%2e%2e/runtime/Addresses.class",
          "/..%2fruntime/Addresses.html",
          "/assets/..%2f..%2f..%2f..%2f..%2fMETA-INF/x.txt",
          "/assets//../../x.css"
        }) {
      assertThat(fixture.get(path).status()).as(path).isIn(400, 404);
    }
  }
}
