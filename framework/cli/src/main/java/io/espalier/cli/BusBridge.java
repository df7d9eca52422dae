package io.espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.net.http.WebSocket;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A connection to the event-bus bridge of a server, for one thread. */
final class BusBridge implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWER = "answer";
  private static final int BURST = 150;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final BusAddress HEALTH = new BusAddress("health");

  private final SocketMessages messages = new SocketMessages();
  private final WebSocket socket;
  private long burstStart = System.nanoTime();
  private int burst;

  private BusBridge(BusServer server) {
    this.socket = server.open("eventbus/websocket", messages);
  }

  /**
   * Connects.
   *
   * @throws EspalierException ({@link FailureCode#NETWORK}) if no server listens
   */
  static BusBridge open(BusServer server) {
    return new BusBridge(server);
  }

  /** A JSON object as people type it. */
  static JsonNode body(String text) {
    try {
      JsonNode body = JSON.readTree(text);
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      // Refused below.
    }
    throw new EspalierException(
        FailureCode.USAGE, "'%s' is no JSON object (such as {\"run\": \"NAME\"})".formatted(text));
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws EspalierException with the failure that was answered
   */
  JsonNode request(BusAddress address, JsonNode body) {
    say("send", address, body);
    return await(ANSWER, address).path("body");
  }

  /**
   * Publishes; done once the server has taken it.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if clients may not publish there
   */
  void publish(BusAddress address, JsonNode body) {
    say("publish", address, body);
    taken(address);
  }

  /** Listens to an address; done once the server knows. */
  void register(BusAddress address) {
    say("register", address, JSON.createObjectNode());
    taken(address);
  }

  /** The body of the next message on an address that is listened to. */
  JsonNode next(BusAddress address) {
    return await(address.edge(), address).path("body");
  }

  /** The server answers in order: what it refuses comes before the answer to the next request. */
  private void taken(BusAddress address) {
    say("send", HEALTH, JSON.createObjectNode());
    await(ANSWER, address);
  }

  private void say(String type, BusAddress address, JsonNode body) {
    ObjectNode message = JSON.createObjectNode().put("type", type).put("address", address.edge());
    if (type.equals("send")) {
      message.put("replyAddress", ANSWER);
    }
    message.set("body", body);
    write(message);
  }

  private void write(ObjectNode message) {
    pace();
    try {
      socket.sendText(JsonOption.line(message), true).join();
    } catch (CompletionException e) {
      throw lost(String.valueOf(e.getCause()));
    }
  }

  /** Stays below what a server takes from one client. */
  private void pace() {
    if (++burst > BURST) {
      try {
        TimeUnit.NANOSECONDS.sleep(SECOND_NANOS - (System.nanoTime() - burstStart));
      } catch (InterruptedException e) {
        throw BusServer.interrupted(e);
      }
      burstStart = System.nanoTime();
      burst = 1;
    }
  }

  /**
   * Waits for a message on an address.
   *
   * @param about what a failure without an address is about
   */
  private JsonNode await(String expected, BusAddress about) {
    while (true) {
      JsonNode message = read();
      if (message.path("type").asText().equals("err")) {
        throw failure(message, about);
      }
      if (message.path("address").asText().equals(expected)) {
        return message;
      }
    }
  }

  private JsonNode read() {
    try {
      SocketMessages.Arrival arrival = messages.next(socket);
      if (arrival instanceof SocketMessages.Arrival.Message message) {
        return JSON.readTree(message.text());
      }
      throw lost(((SocketMessages.Arrival.End) arrival).reason());
    } catch (InterruptedException e) {
      throw BusServer.interrupted(e);
    } catch (JsonProcessingException e) {
      throw lost(String.valueOf(e.getMessage()));
    }
  }

  private static EspalierException failure(JsonNode message, BusAddress address) {
    if (message.path("body").asText().equals("access_denied")) {
      return new EspalierException(
          FailureCode.USAGE,
          "clients cannot reach '%s' that way; /api/v1/asyncapi.json lists what they can"
              .formatted(address.name()));
    }
    if (message.path("failureType").asText().equals("RECIPIENT_FAILURE")) {
      int exit = message.path("failureCode").asInt();
      FailureCode code =
          Arrays.stream(FailureCode.values())
              .filter(known -> known.exitCode() == exit)
              .findFirst()
              .orElse(FailureCode.INTERNAL);
      return new EspalierException(code, message.path("message").asText());
    }
    return new EspalierException(
        FailureCode.NETWORK,
        "no answer at '%s': %s".formatted(address.name(), message.path("failureType").asText("?")));
  }

  private static EspalierException lost(String why) {
    return new EspalierException(FailureCode.NETWORK, "the server closed the connection: " + why);
  }

  @Override
  public void close() {
    try {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    } catch (CompletionException e) {
      // It is closed already.
    }
    socket.abort();
  }
}
