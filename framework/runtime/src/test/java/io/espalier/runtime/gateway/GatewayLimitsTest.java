package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.runtime.Addresses;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a client that asks for everything at once gets. */
@ExtendWith(VertxExtension.class)
class GatewayLimitsTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  @TempDir Path root;

  private GatewayFixture start(Vertx vertx, GatewayLimits limits) {
    return new GatewayFixture(vertx, root, Optional.empty(), limits);
  }

  @Test
  void whoAsksTooOftenIsToldToWait(Vertx vertx) {
    try (GatewayFixture fixture = start(vertx, new GatewayLimits(2, 100, 10, 100, PATIENT))) {

      int refused = 0;
      for (int i = 0; i < 30; i++) {
        GatewayFixture.Answer answer = fixture.get("/api/v1/runs");
        if (answer.status() == 429) {
          assertThat(answer.head()).containsIgnoringCase("retry-after: 1");
          assertThat(answer.body()).contains("2 requests a second");
          refused++;
        } else {
          assertThat(answer.status()).isEqualTo(200);
        }
      }

      assertThat(refused).isPositive();
    }
  }

  @Test
  void aSocketThatSendsTooMuchIsClosedAndTheOthersGoOn(Vertx vertx) throws Exception {
    try (GatewayFixture fixture = start(vertx, new GatewayLimits(1_000, 5, 10, 100, PATIENT))) {
      fixture.runs.run("one");
      AtomicInteger asked = new AtomicInteger();
      vertx
          .eventBus()
          .consumer(Addresses.edge(Addresses.RUN_LIST), message -> asked.incrementAndGet());
      WebSocket calm = GatewayFixture.await(fixture.socket("/eventbus/websocket"));
      WebSocket flood = GatewayFixture.await(fixture.socket("/eventbus/websocket"));
      CompletableFuture<Void> closed = new CompletableFuture<>();
      flood.closeHandler(closed::complete);
      String ask =
          new JsonObject()
              .put("type", "send")
              .put("address", Addresses.edge(Addresses.RUN_LIST))
              .put("body", new JsonObject())
              .encode();

      for (int i = 0; i < 500; i++) {
        flood.writeTextMessage(ask);
      }

      closed.get(10, TimeUnit.SECONDS);
      assertThat(asked.get()).isLessThan(100);
      assertThat(calm.isClosed()).isFalse();
    }
  }

  @Test
  void noMoreSocketsThanAllowedAreOpen(Vertx vertx) throws Exception {
    try (GatewayFixture fixture = start(vertx, new GatewayLimits(1_000, 100, 2, 100, PATIENT))) {
      WebSocket first = GatewayFixture.await(fixture.socket("/eventbus/websocket"));
      GatewayFixture.await(fixture.socket("/eventbus/websocket"));

      assertThat(closedSoon(GatewayFixture.await(fixture.socket("/eventbus/websocket")))).isTrue();
      assertThat(first.isClosed()).isFalse();

      GatewayFixture.await(first.close());
      fixture.get("/health");
      assertThat(closedSoon(GatewayFixture.await(fixture.socket("/eventbus/websocket")))).isFalse();
    }
  }

  private static boolean closedSoon(WebSocket socket) throws InterruptedException {
    for (int i = 0; i < 50 && !socket.isClosed(); i++) {
      Thread.sleep(10);
    }
    return socket.isClosed();
  }

  @Test
  void whoOpensAConnectionAndAsksNothingIsLetGo(Vertx vertx) throws Exception {
    GatewayLimits hasty = new GatewayLimits(1_000, 100, 10, 100, Duration.ofMillis(500));
    try (GatewayFixture fixture = start(vertx, hasty);
        Socket silent = new Socket("127.0.0.1", fixture.gateway.port());
        Socket halfHead = new Socket("127.0.0.1", fixture.gateway.port());
        Socket halfBody = new Socket("127.0.0.1", fixture.gateway.port());
        Socket idle = new Socket("127.0.0.1", fixture.gateway.port())) {
      fixture.runs.run("one");
      WebSocket stream = GatewayFixture.await(fixture.socket("/api/v1/runs/one/stream"));
      CompletableFuture<Void> streamClosed = new CompletableFuture<>();
      stream.closeHandler(streamClosed::complete);
      say(halfHead, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Na");
      say(
          halfBody,
          "POST /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{");
      say(idle, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

      for (Socket socket : List.of(silent, halfHead, halfBody)) {
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      }
      idle.setSoTimeout(10_000);
      assertThat(new String(idle.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 ");
      assertThat(streamClosed).isNotDone();
      GatewayFixture.await(stream.close());
    }
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void noMoreConnectionsThanAllowedAreOpen(Vertx vertx) throws Exception {
    try (GatewayFixture fixture = start(vertx, new GatewayLimits(1_000, 100, 10, 2, PATIENT));
        Socket first = new Socket("127.0.0.1", fixture.gateway.port())) {
      try (Socket second = new Socket("127.0.0.1", fixture.gateway.port());
          Socket third = new Socket("127.0.0.1", fixture.gateway.port())) {
        third.setSoTimeout(10_000);
        assertThat(third.getInputStream().read()).isEqualTo(-1);
        assertThat(second.isConnected()).isTrue();
      }
      first.setSoTimeout(10_000);
      say(first, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
      assertThat(new String(first.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 ");
    }
  }

  @Test
  void anAllowanceFillsAtItsRateUpToTwiceThat() {
    AtomicLong clock = new AtomicLong();
    Allowance allowance = new Allowance(2, clock::get);
    for (int i = 0; i < 4; i++) {
      assertThat(allowance.take()).isTrue();
    }
    assertThat(allowance.take()).isFalse();

    clock.set(TimeUnit.SECONDS.toNanos(1));
    assertThat(allowance.take()).isTrue();
    assertThat(allowance.take()).isTrue();
    assertThat(allowance.take()).isFalse();

    clock.set(TimeUnit.HOURS.toNanos(1));
    for (int i = 0; i < 4; i++) {
      assertThat(allowance.take()).isTrue();
    }
    assertThat(allowance.take()).isFalse();
  }
}
