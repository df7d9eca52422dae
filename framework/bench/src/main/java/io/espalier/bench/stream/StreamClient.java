package io.espalier.bench.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client of the Server-Sent Events of a run, which reads as its habit is. */
final class StreamClient {
  /** How a client reads. */
  enum Habit {
    /** Whatever is there. */
    STEADY,
    /** A little at a time. */
    SLOW,
    /** For a while; then it drops the connection and goes on after the last event it had. */
    RECONNECTING,
    /** Nothing after the head of the response. */
    SILENT
  }

  private static final int BUFFER = 1 << 16;
  private static final int SIP = 1 << 14;
  private static final long SIP_NANOS = 25_000_000;
  private static final int EVENTS_BETWEEN_DROPS = 700;
  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "event: end".getBytes(StandardCharsets.US_ASCII);
  private static final ByteBuffer BYTES = ByteBuffer.allocateDirect(BUFFER);

  private final Selector selector;
  private final int port;
  private final String run;
  private final int first;
  private final Habit habit;
  private SocketChannel channel;
  private byte[] line = new byte[64];
  private int filled;
  private int next;
  private int sinceDrop;
  private long wrong;
  private long lastSip;
  private boolean head;
  private boolean done;

  StreamClient(Selector selector, int port, String run, int from, Habit habit) throws IOException {
    this.selector = selector;
    this.port = port;
    this.run = run;
    this.first = from;
    this.next = from;
    this.habit = habit;
    this.channel = connect();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel opened = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    String request =
        "GET /api/v1/runs/%s/stream?from=%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n"
            .formatted(run, next, port);
    opened.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    opened.configureBlocking(false);
    opened.register(selector, habit == Habit.SLOW ? 0 : SelectionKey.OP_READ);
    filled = 0;
    sinceDrop = 0;
    return opened;
  }

  /** Reads what the habit allows. */
  void turn(long now) throws IOException {
    if (done || habit == Habit.SILENT && head) {
      return;
    }
    int most = BUFFER;
    if (habit == Habit.SLOW) {
      if (now - lastSip < SIP_NANOS) {
        return;
      }
      lastSip = now;
      most = SIP;
    }
    int read = read(most);
    while (read == BUFFER) {
      read = read(most);
    }
    if (read < 0 && !done || habit == Habit.RECONNECTING && sinceDrop >= EVENTS_BETWEEN_DROPS) {
      channel.close();
      channel = connect();
    }
  }

  private int read(int most) throws IOException {
    BYTES.clear().limit(most);
    int read = channel.read(BYTES);
    BYTES.flip();
    while (BYTES.hasRemaining()) {
      byte one = BYTES.get();
      if (one == '\n') {
        take();
        filled = 0;
      } else if (filled < line.length) {
        line[filled++] = one;
      }
    }
    if (read > 0 && habit == Habit.SILENT) {
      head = true;
      channel.register(selector, 0);
    }
    return read;
  }

  /** Takes in a line of which at most the first bytes are kept. */
  private void take() {
    if (begins(ID)) {
      int seq = 0;
      for (int i = ID.length; i < filled; i++) {
        seq = 10 * seq + line[i] - '0';
      }
      if (seq != next) {
        wrong++;
      }
      next = seq + 1;
      sinceDrop++;
    } else if (begins(END)) {
      done = true;
    } else {
      head = true;
    }
  }

  private boolean begins(byte[] word) {
    if (filled < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (line[i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  boolean connected() {
    return head;
  }

  /** Whether it has seen the end of the run, or never will. */
  boolean done() {
    return done || habit == Habit.SILENT;
  }

  /** Events that came. */
  long seen() {
    return habit == Habit.SILENT ? 0 : next - first;
  }

  /** Events that came out of order: each that was lost, and each that came twice, makes one. */
  long wrong() {
    return wrong;
  }

  void leave() throws IOException {
    channel.close();
  }
}
