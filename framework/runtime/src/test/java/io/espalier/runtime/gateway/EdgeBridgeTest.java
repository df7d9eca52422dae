package io.espalier.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.FailureCode;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import io.espalier.proto.RunState;
import io.espalier.proto.RunSummary;
import io.espalier.runtime.Addresses;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class EdgeBridgeTest {
  @TempDir Path root;
  private GatewayFixture fixture;

  @BeforeEach
  void start(Vertx vertx) {
    fixture = new GatewayFixture(vertx, root);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** A raw client of the bridge's protocol. */
  private static final class Client {
    final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    final WebSocket socket;

    Client(GatewayFixture fixture) {
      socket =
          GatewayFixture.await(
              fixture
                  .socket("/eventbus/websocket")
                  .map(
                      opened ->
                          opened.binaryMessageHandler(
                              bytes -> messages.add(bytes.toJsonObject()))));
    }

    Client say(String type, String address, JsonObject body) {
      JsonObject message =
          new JsonObject().put("type", type).put("address", address).put("body", body);
      if (type.equals("send")) {
        message.put("replyAddress", "reply");
      }
      socket.writeTextMessage(message.encode());
      return this;
    }

    JsonObject ask(String address, JsonObject body) throws InterruptedException {
      return say("send", address, body).next();
    }

    /** The next message; to subscribe is answered by nothing, so a request tells it is done. */
    JsonObject next() throws InterruptedException {
      JsonObject message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message).as("a message from the bridge").isNotNull();
      return message;
    }

    void subscribe(String address) throws InterruptedException {
      say("register", address, new JsonObject());
      assertThat(ask(Addresses.edge(Addresses.PLUGIN_LIST), new JsonObject()).getString("type"))
          .isEqualTo("rec");
    }
  }

  private static JsonObject ref(String run) {
    return new JsonObject().put("run", run);
  }

  private static String events(String run) {
    return Addresses.edge(Addresses.event(run));
  }

  @Test
  void requestsAreAnsweredInJson() throws Exception {
    fixture.runs.run("one");
    for (int step = 1; step <= 5; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }
    Client client = new Client(fixture);

    JsonObject run = client.ask(Addresses.edge(Addresses.RUN_GET), ref("one"));
    JsonObject events =
        client.ask(Addresses.edge(Addresses.RUN_EVENTS), ref("one").put("fromSeq", 4));
    JsonObject list = client.ask(Addresses.edge(Addresses.RUN_LIST), new JsonObject());

    assertThat(run.getJsonObject("body").getInteger("lastSeq")).isEqualTo(5);
    assertThat(events.getJsonObject("body").getJsonArray("events").size()).isEqualTo(2);
    assertThat(list.getJsonObject("body").getJsonArray("runs").size()).isEqualTo(1);
  }

  @Test
  void sockJsFramesWorkAsWell() throws Exception {
    fixture.runs.run("one");
    BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    WebSocket socket =
        GatewayFixture.await(
            fixture
                .socket("/eventbus/123/session1/websocket")
                .map(opened -> opened.textMessageHandler(frames::add)));
    assertThat(frames.poll(5, TimeUnit.SECONDS)).isEqualTo("o");

    JsonObject register = new JsonObject().put("type", "register").put("address", events("one"));
    socket.writeTextMessage(new JsonArray().add(register.encode()).encode());
    JsonObject ask =
        new JsonObject()
            .put("type", "send")
            .put("address", Addresses.edge(Addresses.RUN_GET))
            .put("body", ref("one"))
            .put("replyAddress", "reply");
    socket.writeTextMessage(new JsonArray().add(ask.encode()).encode());
    assertThat(frames.poll(5, TimeUnit.SECONDS)).startsWith("a[").contains("RUN_STATE_RUNNING");
    for (int step = 1; step <= 20; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }

    List<Integer> seqs = new ArrayList<>();
    while (seqs.size() < 20) {
      String frame = frames.poll(5, TimeUnit.SECONDS);
      assertThat(frame).as("after %s", seqs).startsWith("a[");
      for (Object message : new JsonArray(String.valueOf(frame).substring(1))) {
        seqs.add(new JsonObject((String) message).getJsonObject("body").getInteger("seq"));
      }
    }
    assertThat(seqs).isEqualTo(IntStream.rangeClosed(1, 20).boxed().toList());
  }

  @Test
  void steeringReachesTheRun() throws Exception {
    fixture.runs.run("one");
    Client client = new Client(fixture);

    client.ask(Addresses.edge(Addresses.RUN_PAUSE), ref("one"));
    client.ask(Addresses.edge(Addresses.RUN_RESUME), ref("one"));
    client.ask(Addresses.edge(Addresses.RUN_CANCEL), ref("one"));

    assertThat(fixture.runs.asked)
        .containsExactly(
            Addresses.RUN_PAUSE + " one",
            Addresses.RUN_RESUME + " one",
            Addresses.RUN_CANCEL + " one");
  }

  @Test
  void failuresKeepCodeAndMessage() throws Exception {
    Client client = new Client(fixture);

    JsonObject unknown = client.ask(Addresses.edge(Addresses.RUN_GET), ref("none"));
    JsonObject broken =
        client.ask(Addresses.edge(Addresses.RUN_GET), new JsonObject().put("colour", 1));

    assertThat(unknown.getString("type")).isEqualTo("err");
    assertThat(unknown.getInteger("failureCode")).isEqualTo(FailureCode.NOT_FOUND.exitCode());
    assertThat(unknown.getString("message")).isEqualTo("no run 'none'");
    assertThat(broken.getInteger("failureCode")).isEqualTo(FailureCode.USAGE.exitCode());
    assertThat(broken.getString("message")).contains("RunRef").contains("colour");
  }

  @Test
  void moreEventsThanFitOneFrameArrive() throws Exception {
    fixture.runs.run("one");
    for (int step = 1; step <= 4000; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }
    Client client = new Client(fixture);

    JsonObject batch =
        client.ask(Addresses.edge(Addresses.RUN_EVENTS), ref("one").put("limit", 1_000_000));

    assertThat(batch.getJsonObject("body").getJsonArray("events").size()).isEqualTo(4000);
    assertThat(fixture.runs.mostAsked).isEqualTo(ClientRequests.MOST_EVENTS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "espalier.v1.run.cancel",
        "espalier.v1.run.submit",
        "espalier.v1.stage.train",
        "espalier.v1.event.one",
        "espalier.edge.v1.run.nothing",
        "espalier.edge.v1.script.",
        "espalier.edge.v1.script.a/b",
        "espalier.edge.v1.event.one",
        "espalier.edge.v1.runs",
        "espalier.edge.v1.run.cancel.x",
        "xespalier.edge.v1.run.cancel"
      })
  void otherAddressesCannotBeSentTo(String address) throws Exception {
    fixture.runs.run("one");
    AtomicInteger heard = new AtomicInteger();
    fixture
        .vertx
        .eventBus()
        .consumer(address, message -> heard.addAndGet(ref("one").equals(message.body()) ? 1 : 0));
    Client client = new Client(fixture);

    assertThat(client.ask(address, ref("one")).getString("body")).isEqualTo("access_denied");
    assertThat(client.say("publish", address, ref("one")).next().getString("body"))
        .isEqualTo("access_denied");

    assertThat(heard).hasValue(0);
    assertThat(fixture.runs.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "espalier.v1.event.one",
        "espalier.v1.runs",
        "espalier.v1.stage.train",
        "espalier.edge.v1.run.get",
        "espalier.edge.v1.event.",
        "espalier.edge.v1.event.a/b",
        "espalierXedge.v1.event.one"
      })
  void otherAddressesCannotBeListenedTo(String address) throws Exception {
    Client client = new Client(fixture);

    assertThat(client.say("register", address, new JsonObject()).next().getString("body"))
        .isEqualTo("access_denied");
  }

  @Test
  void summariesAndEventsOfARunAreRepeatedInJson() throws Exception {
    Client client = new Client(fixture);
    client.subscribe(Addresses.edge(Addresses.RUNS));
    client.subscribe(events("one"));

    fixture.runs.run("one");
    assertThat(client.next().getJsonObject("body").getString("state"))
        .isEqualTo("RUN_STATE_RUNNING");
    for (int step = 1; step <= 200; step++) {
      fixture.runs.append("one", FakeRuns.step(step));
    }

    for (int seq = 1; seq <= 200; seq++) {
      JsonObject message = client.next();
      assertThat(message.getString("address")).isEqualTo(events("one"));
      assertThat(message.getJsonObject("body").getInteger("seq")).isEqualTo(seq);
    }
  }

  @Test
  void aRunThatIsResumedIsRepeatedFromThereOn() throws Exception {
    Client client = new Client(fixture);
    client.subscribe(events("one"));
    fixture.runs.run("one");
    fixture.runs.append("one", FakeRuns.step(1));
    fixture.runs.finish("one");
    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(1);
    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(2);

    fixture.runs.state("one", RunState.RUN_STATE_RUNNING);
    fixture.runs.append("one", FakeRuns.step(2));

    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(3);
  }

  @Test
  void anOldSummaryOfARunThatHasEndedRepeatsNothing() throws Exception {
    fixture.runs.run("one");
    Client client = new Client(fixture);
    client.subscribe(events("one"));
    fixture.runs.append("one", FakeRuns.step(1));
    fixture.runs.finish("one");
    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(1);
    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(2);

    fixture
        .vertx
        .eventBus()
        .publish(
            Addresses.RUNS,
            RunSummary.newBuilder()
                .setRun("one")
                .setState(RunState.RUN_STATE_RUNNING)
                .setLastSeq(1)
                .build());
    client.ask(Addresses.edge(Addresses.RUN_GET), ref("one"));

    assertThat(client.messages.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void runsThatWereActiveBeforeTheGatewayAreRepeated(Vertx vertx) throws Exception {
    fixture.runs.run("one");
    fixture.runs.append("one", FakeRuns.step(1));
    GatewayFixture.await(fixture.gateway.close());
    Gateway second =
        GatewayFixture.await(
            Gateway.start(
                vertx, fixture.runs.store, GatewayOptions.onPort(fixture.gateway.port())));
    Client client = new Client(fixture);
    client.subscribe(events("one"));

    fixture.runs.append("one", FakeRuns.step(2));
    fixture.runs.append("one", FakeRuns.step(3));

    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(2);
    assertThat(client.next().getJsonObject("body").getInteger("seq")).isEqualTo(3);
    GatewayFixture.await(second.close());
  }

  @Test
  void aSubscriberThatDoesNotReadLosesMessagesNotTheGatewaysMemory() throws Exception {
    fixture.runs.run("one");
    Client client = new Client(fixture);
    client.subscribe(events("one"));
    client.socket.pause();
    int count = 3000;
    CountDownLatch repeated = new CountDownLatch(count);
    GatewayFixture.await(
        fixture
            .vertx
            .eventBus()
            .consumer(events("one"), message -> repeated.countDown())
            .completion());
    Log.Builder log = Log.newBuilder().setMessage("x".repeat(10_000));
    for (int i = 0; i < count; i++) {
      fixture.runs.append("one", RunEvent.newBuilder().setLog(log));
    }
    assertThat(repeated.await(20, TimeUnit.SECONDS)).isTrue();

    client.socket.resume();
    List<Integer> seqs = new ArrayList<>();
    for (JsonObject message = client.messages.poll(1, TimeUnit.SECONDS);
        message != null;
        message = client.messages.poll(1, TimeUnit.SECONDS)) {
      seqs.add(message.getJsonObject("body").getInteger("seq"));
    }

    assertThat(seqs).isSorted().doesNotHaveDuplicates();
    assertThat(seqs.size()).isPositive().isLessThan(count);
  }

  @Test
  void scriptsTellEachOtherAnything() throws Exception {
    Client listener = new Client(fixture);
    listener.subscribe(Addresses.script("notes.mine"));

    new Client(fixture)
        .say("publish", Addresses.script("notes.mine"), new JsonObject().put("any", "thing"));

    assertThat(listener.next().getJsonObject("body").getString("any")).isEqualTo("thing");
  }

  @Test
  void tooLargeAMessageEndsTheSocket() throws Exception {
    Client client = new Client(fixture);
    CompletableFuture<Void> closed = new CompletableFuture<>();
    client.socket.closeHandler(closed::complete);

    client.say(
        "send",
        Addresses.edge(Addresses.RUN_GET),
        ref("x".repeat(2 * GatewayServer.MOST_MESSAGE_BYTES)));

    closed.get(10, TimeUnit.SECONDS);
  }
}
