package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Empty;
import io.espalier.runtime.Addresses;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class ServerSentEventsTest {
  private static final Pattern ID = Pattern.compile("(?m)^id: (\\d+)$");

  @TempDir Path root;
  private GatewayFixture fixture;

  @BeforeEach
  void start(Vertx vertx) {
    fixture = new GatewayFixture(vertx, root);
    fixture.runs.run("one");
    for (int step = 1; step <= 500; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }
    fixture.runs.finish("one");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private String stream(String query, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Accept: text/event-stream";
    return fixture.get("/api/v1/runs/one/stream" + query, all).body();
  }

  private static List<Integer> ids(String body) {
    return ID.matcher(body).results().map(id -> Integer.valueOf(id.group(1))).toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void everyEventComesOnceAndInOrderToTheEndOfTheRun() {
    String body = stream("");

    assertThat(ids(body)).isEqualTo(range(1, 501));
    assertThat(body).contains("event: end").contains("RUN_FINISHED");
  }

  @Test
  void whoReconnectsGoesOnAfterTheLastEventThatCame() {
    assertThat(ids(stream("", "Last-Event-ID: 480"))).isEqualTo(range(481, 501));
  }

  @Test
  void aPositionCanBeAskedFor() {
    assertThat(ids(stream("?from=499"))).isEqualTo(range(499, 501));
  }

  @Test
  void anUnknownRunIsNotFound() {
    assertThat(fixture.get("/api/v1/runs/none/stream", "Accept: text/event-stream").status())
        .isEqualTo(404);
  }

  @Test
  void theLogIsDownloadedAsJsonLines() {
    var answer = fixture.get("/api/v1/runs/one/files/events.jsonl");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).contains("attachment; filename=\"one.events.jsonl\"");
    assertThat(answer.body()).contains("\"seq\":1,").contains("\"seq\":501,");
  }

  @Test
  void figuresForPrometheusAreServed() {
    fixture.get("/api/v1/runs");

    assertThat(fixture.get("/metrics").body())
        .contains("espalier_runs{state=\"succeeded\"} 1.0")
        .contains("espalier_http_requests_total{method=\"GET\",status=\"200\"}")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void withoutRunsToAnswerTheServerIsNotHealthy() {
    assertThat(fixture.get("/health").status()).isEqualTo(503);
    fixture.runs.answering(Addresses.HEALTH, (Object any) -> Empty.getDefaultInstance());
    assertThat(fixture.get("/health").body()).contains("up");
  }
}
