package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunResumed;
import io.espalier.proto.RunState;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class EventStreamTest {
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

  /** Takes the events of a stream as they come. */
  private static final class Client {
    final List<Integer> seqs = new CopyOnWriteArrayList<>();
    final CompletableFuture<Short> closed = new CompletableFuture<>();
    final WebSocket socket;

    Client(GatewayFixture fixture, String query) {
      socket =
          GatewayFixture.await(fixture.socket("/api/v1/runs/one/stream" + query).map(this::attach));
    }

    private WebSocket attach(WebSocket opened) {
      opened.textMessageHandler(text -> seqs.add(new JsonObject(text).getInteger("seq")));
      opened.closeHandler(done -> closed.complete(opened.closeStatusCode()));
      return opened;
    }

    int status() throws Exception {
      return closed.get(20, TimeUnit.SECONDS);
    }

    void awaitSeq(int seq) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!seqs.contains(seq)) {
        assertThat(System.nanoTime()).as("event %d after %s", seq, seqs).isLessThan(end);
        Thread.sleep(5);
      }
    }
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private void steps(int count) {
    for (int step = 1; step <= count; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }
  }

  @Test
  void whatWasLoggedAndWhatFollowsComesOnceAndInOrder() throws Exception {
    steps(1000);
    Client client = new Client(fixture, "");
    steps(1000);
    fixture.runs.finish("one");

    assertThat(client.status()).isEqualTo(1000);
    assertThat(client.seqs).isEqualTo(range(1, 2001));
  }

  @Test
  void aSlowClientGetsEverythingTooAndIsWaitedFor() throws Exception {
    withoutTheBridge();
    Client client = new Client(fixture, "");
    client.socket.pause();
    String text = "x".repeat(10_000);
    for (int i = 1; i <= 3000; i++) {
      fixture.runs.append("one", RunEvent.newBuilder().setLog(Log.newBuilder().setMessage(text)));
    }
    fixture.runs.finish("one");
    Client quick = new Client(fixture, "?from=3001");
    assertThat(quick.status()).isEqualTo(1000);
    assertThat(client.closed).isNotDone();
    // What is on its way fills the connection, not the gateway: the log is not read to its end.
    assertThat(fixture.runs.reads).filteredOn(from -> from < 3000).allMatch(from -> from < 2900);

    client.socket.resume();

    assertThat(client.status()).isEqualTo(1000);
    assertThat(client.seqs).isEqualTo(range(1, 3001));
  }

  @Test
  void aGatewayEndsThoughAClientDoesNotRead() throws Exception {
    Client client = new Client(fixture, "");
    client.socket.pause();
    String text = "x".repeat(500_000);
    for (int i = 1; i <= 100; i++) {
      fixture.runs.append("one", RunEvent.newBuilder().setLog(Log.newBuilder().setMessage(text)));
    }
    Thread.sleep(500);

    GatewayFixture.await(fixture.gateway.close());

    client.socket.resume();
    assertThat(client.closed.get(20, TimeUnit.SECONDS)).isNotEqualTo((short) 1000);
  }

  @Test
  void whereTheRunsEndFirstAClientIsToldThatTheGatewayEnds() throws Exception {
    steps(1);
    Client client = new Client(fixture, "");
    client.awaitSeq(1);
    fixture.runs.leave();
    steps(2);

    assertThat(client.status()).isEqualTo(1001);
  }

  @Test
  void eventsThatComeTogetherAreMessagesOfTheirOwn() throws Exception {
    List<RunEvent.Builder> events = new ArrayList<>();
    for (int length : new int[] {0, 1, 60, 125, 126, 200, 65_000, 65_535, 66_000, 100_000}) {
      events.add(RunEvent.newBuilder().setLog(Log.newBuilder().setMessage("é".repeat(length))));
    }
    events.forEach(event -> fixture.runs.append("one", event));
    fixture.runs.finish("one");
    List<String> texts = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    GatewayFixture.await(
        fixture
            .socket("/api/v1/runs/one/stream")
            .map(
                socket -> {
                  socket.textMessageHandler(texts::add);
                  socket.closeHandler(closed::complete);
                  return socket;
                }));

    closed.get(20, TimeUnit.SECONDS);

    assertThat(texts)
        .hasSize(events.size() + 1)
        .startsWith(
            fixture.runs.logged("one").stream()
                .limit(events.size())
                .map(ProtoJson::print)
                .toArray(String[]::new));
  }

  /** Nobody but the clients of a test reads the log. */
  private void withoutTheBridge() {
    fixture.runs.state("one", RunState.RUN_STATE_SUCCEEDED);
  }

  @Test
  void whoReconnectsGoesOnWhereItWas() throws Exception {
    steps(300);
    Client first = new Client(fixture, "?from=1");
    first.awaitSeq(300);
    GatewayFixture.await(first.socket.close());
    steps(300);
    Client second = new Client(fixture, "?from=301");
    steps(10);
    fixture.runs.finish("one");

    assertThat(second.status()).isEqualTo(1000);
    assertThat(second.seqs).isEqualTo(range(301, 611));
  }

  @Test
  void messagesThatTheBusLosesAreReadFromTheLog() throws Exception {
    Client client = new Client(fixture, "");
    fixture.runs.append("one", FakeRuns.step(1));
    client.awaitSeq(1);
    fixture.runs.appendUnheard("one", FakeRuns.step(2));
    fixture.runs.appendUnheard("one", FakeRuns.step(3));
    fixture.runs.append("one", FakeRuns.step(4));

    client.awaitSeq(4);

    assertThat(client.seqs).isEqualTo(range(1, 4));
  }

  @Test
  void manyClientsGetTheSame() throws Exception {
    List<Client> clients = IntStream.range(0, 20).mapToObj(i -> new Client(fixture, "")).toList();
    steps(500);
    fixture.runs.finish("one");

    for (Client client : clients) {
      assertThat(client.status()).isEqualTo(1000);
      assertThat(client.seqs).isEqualTo(range(1, 501));
    }
  }

  @Test
  void whoComesAfterTheEndIsToldSo() throws Exception {
    steps(3);
    fixture.runs.finish("one");

    Client all = new Client(fixture, "?from=2");
    Client nothing = new Client(fixture, "?from=5");

    assertThat(all.status()).isEqualTo(1000);
    assertThat(all.seqs).isEqualTo(range(2, 4));
    assertThat(nothing.status()).isEqualTo(1000);
    assertThat(nothing.seqs).isEmpty();
  }

  @Test
  void anEndThatWasResumedIsNotTheEnd() throws Exception {
    fixture.runs.finish("one");
    fixture.runs.append(
        "one", RunEvent.newBuilder().setRunResumed(RunResumed.getDefaultInstance()));
    fixture.runs.state("one", RunState.RUN_STATE_RUNNING);
    Client client = new Client(fixture, "");
    client.awaitSeq(2);
    fixture.runs.finish("one");

    assertThat(client.status()).isEqualTo(1000);
    assertThat(client.seqs).isEqualTo(range(1, 3));
  }

  @Test
  void anUnknownRunIsNotFoundBeforeTheUpgrade() {
    assertThatThrownBy(() -> GatewayFixture.await(fixture.socket("/api/v1/runs/none/stream")))
        .isInstanceOf(UpgradeRejectedException.class)
        .extracting(e -> ((UpgradeRejectedException) e).getStatus())
        .isEqualTo(404);
  }

  @Test
  void aPositionBeyondTheLogIsRefused() {
    steps(3);

    assertThatThrownBy(() -> GatewayFixture.await(fixture.socket("/api/v1/runs/one/stream?from=5")))
        .isInstanceOf(UpgradeRejectedException.class)
        .extracting(
            e -> ((UpgradeRejectedException) e).getBody().toJsonObject().getString("message"))
        .asString()
        .contains("from=5");
  }
}
