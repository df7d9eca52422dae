package io.espalier.bench.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket (RFC 6455) that sends an event's JSON in each message: looks at frames and at the
 * sequence number in them.
 */
final class WebSocketWire implements Wire {
  private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;

  private enum Part {
    HTTP_HEAD,
    FIRST,
    LENGTH,
    LONG_LENGTH,
    PAYLOAD
  }

  private Part part = Part.HTTP_HEAD;
  private int matched;
  private int opcode;
  private int lengthBytes;
  private int left;
  private int seq;

  @Override
  public String head() {
    return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  }

  /** A masked pong without a payload. */
  @Override
  public ByteBuffer answer() {
    return ByteBuffer.wrap(new byte[] {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0});
  }

  @Override
  public void take(ByteBuffer bytes, Listener listener) {
    while (bytes.hasRemaining()) {
      take(bytes.get(), listener);
    }
  }

  private void take(byte one, Listener listener) {
    switch (part) {
      case HTTP_HEAD -> {
        match(HEAD_END, one);
        if (matched == HEAD_END.length) {
          listener.opened();
          part = Part.FIRST;
        }
      }
      case FIRST -> {
        opcode = one & 0xF;
        part = Part.LENGTH;
      }
      case LENGTH -> {
        left = one & 0x7F;
        lengthBytes = left == 126 ? Short.BYTES : left == 127 ? Long.BYTES : 0;
        if (lengthBytes > 0) {
          left = 0;
          part = Part.LONG_LENGTH;
        } else {
          payload(listener);
        }
      }
      case LONG_LENGTH -> {
        left = left << Byte.SIZE | one & 0xFF;
        if (--lengthBytes == 0) {
          payload(listener);
        }
      }
      case PAYLOAD -> {
        look(one);
        if (--left == 0) {
          end(listener);
        }
      }
    }
  }

  private void payload(Listener listener) {
    matched = 0;
    seq = 0;
    part = Part.PAYLOAD;
    if (left == 0) {
      end(listener);
    }
  }

  /** Reads the digits after the first mention of the sequence number. */
  private void look(byte one) {
    if (matched < SEQ.length) {
      match(SEQ, one);
    } else if (matched == SEQ.length) {
      if (one >= '0' && one <= '9') {
        seq = 10 * seq + one - '0';
      } else {
        matched++;
      }
    }
  }

  private void match(byte[] word, byte one) {
    if (one == word[matched]) {
      matched++;
    } else {
      matched = one == word[0] ? 1 : 0;
    }
  }

  private void end(Listener listener) {
    part = Part.FIRST;
    switch (opcode) {
      case CLOSE -> listener.ended();
      case PING -> listener.asked();
      default -> listener.event(seq);
    }
  }
}
