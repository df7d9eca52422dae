package io.espalier.bench.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** One client of the events of a run, which reads as its habit is. */
final class StreamClient implements Wire.Listener {
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
  private static final ByteBuffer BYTES = ByteBuffer.allocateDirect(BUFFER);

  private final Selector selector;
  private final int port;
  private final String run;
  private final Habit habit;
  private final Supplier<Wire> wires;
  private Wire wire;
  private SocketChannel channel;
  private int next;
  private int sinceDrop;
  private long seen;
  private long doubled;
  private long lastSip;
  private boolean head;
  private boolean done;

  StreamClient(Selector selector, int port, String run, int from, Habit habit, Supplier<Wire> wires)
      throws IOException {
    this.selector = selector;
    this.port = port;
    this.run = run;
    this.next = from;
    this.habit = habit;
    this.wires = wires;
    this.wire = wires.get();
    this.channel = connect();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel opened = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    String request =
        "GET /api/v1/runs/%s/stream?from=%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n"
            .formatted(run, next, port, wire.head());
    opened.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    opened.configureBlocking(false);
    opened.register(selector, habit == Habit.SLOW ? 0 : SelectionKey.OP_READ, this);
    sinceDrop = 0;
    return opened;
  }

  /** Whether it reads when it likes, not when there is something. */
  boolean sips() {
    return habit == Habit.SLOW;
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
      wire = wires.get();
      channel = connect();
    }
  }

  private int read(int most) throws IOException {
    BYTES.clear().limit(most);
    int read = channel.read(BYTES);
    BYTES.flip();
    wire.take(BYTES, this);
    if (head && habit == Habit.SILENT) {
      channel.register(selector, 0, this);
    }
    if (done) {
      channel.close();
    }
    return read;
  }

  @Override
  public void opened() {
    head = true;
  }

  @Override
  public void event(int seq) {
    if (seq < next) {
      doubled++;
    } else {
      seen++;
      next = seq + 1;
    }
    sinceDrop++;
  }

  @Override
  public void ended() {
    done = true;
  }

  @Override
  public void asked() {
    try {
      channel.write(wire.answer());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean connected() {
    return head;
  }

  /** Whether it has seen the end of the run, or never will. */
  boolean done() {
    return done || habit == Habit.SILENT;
  }

  /** Events that came after all that came before them; what is missing was lost. */
  long seen() {
    return seen;
  }

  /** Events that came again, or late. */
  long doubled() {
    return doubled;
  }

  void leave() throws IOException {
    channel.close();
  }
}
