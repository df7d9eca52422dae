package io.espalier.bench.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Server-Sent Events: looks at nothing but the lines with an id. */
final class SseWire implements Wire {
  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "event: end".getBytes(StandardCharsets.US_ASCII);

  /** The beginning of the line that comes. */
  private final byte[] line = new byte[64];

  private int filled;

  @Override
  public String head() {
    return "Accept: text/event-stream\r\n";
  }

  @Override
  public ByteBuffer answer() {
    return ByteBuffer.allocate(0);
  }

  @Override
  public void take(ByteBuffer bytes, Listener listener) {
    while (bytes.hasRemaining()) {
      byte one = bytes.get();
      if (one == '\n') {
        end(listener);
        filled = 0;
      } else if (filled < line.length) {
        line[filled++] = one;
      }
    }
  }

  private void end(Listener listener) {
    if (begins(ID)) {
      int seq = 0;
      for (int i = ID.length; i < filled; i++) {
        seq = 10 * seq + line[i] - '0';
      }
      listener.event(seq);
    } else if (begins(END)) {
      listener.ended();
    } else {
      listener.opened();
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
}
