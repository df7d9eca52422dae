package io.espalier.bench.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clients, in a process of their own: one thread reads them all and looks at nothing but the
 * sequence numbers, so that what is measured is the server. Every other one has a WebSocket, the
 * rest Server-Sent Events. It obeys lines on standard input: {@code follow RUN FROM STEADY SLOW
 * RECONNECTING SILENT}, {@code await}, {@code leave}.
 */
public final class StreamClients {
  private static final long TURN_MILLIS = 10;

  private final int port;
  private final Selector selector;
  private final List<StreamClient> clients = new ArrayList<>();
  private final List<StreamClient> sipping = new ArrayList<>();
  private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
  private boolean connecting;
  private boolean awaiting;

  private StreamClients(int port) throws IOException {
    this.port = port;
    this.selector = Selector.open();
  }

  /** Takes the server's port. */
  public static void main(String[] arguments) throws IOException {
    StreamClients all = new StreamClients(Integer.parseInt(arguments[0]));
    Thread reader = new Thread(all::readOrders);
    reader.setDaemon(true);
    reader.start();
    all.turn();
  }

  private void readOrders() {
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .forEach(orders::add);
    orders.add("end");
  }

  private void turn() throws IOException {
    while (true) {
      String order = orders.poll();
      if (order != null && !obey(order.split(" "))) {
        return;
      }
      pause();
      long now = System.nanoTime();
      selector.selectNow();
      for (SelectionKey key : selector.selectedKeys()) {
        ((StreamClient) key.attachment()).turn(now);
      }
      selector.selectedKeys().clear();
      for (StreamClient client : sipping) {
        client.turn(now);
      }
      answer();
    }
  }

  /** Lets some bytes gather, so that the clients take little from the server's processor. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean obey(String[] words) throws IOException {
    switch (words[0]) {
      case "follow" -> follow(words);
      case "await" -> awaiting = true;
      case "leave" -> {
        for (StreamClient client : clients) {
          client.leave();
        }
        clients.clear();
        sipping.clear();
        say("left");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void follow(String[] words) throws IOException {
    StreamClient.Habit[] habits = StreamClient.Habit.values();
    for (int i = 0; i < habits.length; i++) {
      for (int count = Integer.parseInt(words[3 + i]); count > 0; count--) {
        StreamClient client =
            new StreamClient(
                selector,
                port,
                words[1],
                Integer.parseInt(words[2]),
                habits[i],
                count % 2 == 0 ? SseWire::new : WebSocketWire::new);
        clients.add(client);
        if (client.sips()) {
          sipping.add(client);
        }
      }
    }
    connecting = true;
  }

  private void answer() {
    if (connecting && clients.stream().allMatch(StreamClient::connected)) {
      connecting = false;
      say("connected");
    }
    if (awaiting && clients.stream().allMatch(StreamClient::done)) {
      awaiting = false;
      long seen = 0;
      long doubled = 0;
      for (StreamClient client : clients) {
        seen += client.seen();
        doubled += client.doubled();
      }
      say("seen " + seen + " doubled " + doubled);
    }
  }

  private static void say(@Nullable String what) {
    System.out.println(what);
    System.out.flush();
  }
}
