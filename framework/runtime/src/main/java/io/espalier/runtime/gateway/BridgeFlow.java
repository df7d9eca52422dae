package io.espalier.runtime.gateway;

import io.espalier.runtime.Addresses;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds what a slow client of the bridge costs, which by itself would queue without limit.
 *
 * <p>Counts the bytes on their way to each socket. Above a first limit, published messages are
 * dropped: clients know from the sequence numbers what they missed and read it from the log. Above
 * a second one, which only answers to a client's own requests can reach, the socket is closed. So
 * is one that sends too many messages, or that comes when too many are open. Also knows who listens
 * where.
 */
final class BridgeFlow implements Handler<BridgeEvent> {
  /** Bytes on their way above which published messages are dropped. */
  static final int FULL = 1 << 20;

  /** Bytes on their way above which a socket is closed. */
  static final int HOPELESS = 16 << 20;

  private final GatewayLimits limits;
  private final Map<SockJSSocket, Integer> onTheirWay = new ConcurrentHashMap<>();
  private final Map<SockJSSocket, Allowance> allowances = new ConcurrentHashMap<>();
  private final Map<SockJSSocket, Set<String>> listening = new HashMap<>();

  BridgeFlow(GatewayLimits limits) {
    this.limits = limits;
  }

  /** How many sockets are open. */
  int sockets() {
    return onTheirWay.size();
  }

  /** Whether a client listens at an address. */
  boolean listens(String address) {
    return listening.values().stream().anyMatch(addresses -> addresses.contains(address));
  }

  @Override
  public void handle(BridgeEvent event) {
    if (event.type() == BridgeEventType.RECEIVE) {
      deliver(event.socket(), event.getRawMessage());
      // Sent here, so the bridge has nothing more to do.
      event.complete(false);
      return;
    }
    event.complete(allows(event));
  }

  private boolean allows(BridgeEvent event) {
    SockJSSocket socket = event.socket();
    switch (event.type()) {
      case SOCKET_CREATED -> {
        return open(socket);
      }
      case SOCKET_CLOSED -> forget(socket);
      case SOCKET_ERROR -> end(socket);
      case REGISTERED -> listening(event).add(address(event));
      case UNREGISTER -> {
        listening(event).remove(address(event));
        return mayGoOn(socket);
      }
      case SEND, PUBLISH, REGISTER, SOCKET_PING -> {
        return mayGoOn(socket);
      }
      default -> {}
    }
    return true;
  }

  private boolean open(SockJSSocket socket) {
    if (onTheirWay.size() >= limits.sockets()) {
      socket.close();
      return false;
    }
    onTheirWay.put(socket, 0);
    allowances.put(socket, new Allowance(limits.messagesPerSecond(), System::nanoTime));
    return true;
  }

  private boolean mayGoOn(SockJSSocket socket) {
    Allowance allowance = allowances.get(socket);
    if (allowance != null && allowance.take()) {
      return true;
    }
    end(socket);
    return false;
  }

  private void forget(SockJSSocket socket) {
    onTheirWay.remove(socket);
    allowances.remove(socket);
    listening.remove(socket);
  }

  /** After an error, such as too large a message, the bridge listens no longer. */
  private void end(SockJSSocket socket) {
    forget(socket);
    socket.close();
  }

  private Set<String> listening(BridgeEvent event) {
    return listening.computeIfAbsent(event.socket(), socket -> new HashSet<>());
  }

  private static String address(BridgeEvent event) {
    return event.getRawMessage().getString("address", "");
  }

  private void deliver(SockJSSocket socket, JsonObject message) {
    int queued = onTheirWay.getOrDefault(socket, 0);
    boolean published = message.getString("address", "").startsWith(Addresses.EDGE_PREFIX);
    if (published && queued >= FULL) {
      return;
    }
    if (queued >= HOPELESS) {
      end(socket);
      return;
    }
    Buffer bytes = message.toBuffer();
    count(socket, bytes.length());
    socket.write(bytes).onComplete(sent -> count(socket, -bytes.length()));
  }

  /** Adds to a socket's count, unless it is closed. */
  private void count(SockJSSocket socket, int bytes) {
    onTheirWay.computeIfPresent(socket, (same, before) -> before + bytes);
  }
}
