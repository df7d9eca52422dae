package io.espalier.runtime.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How an event's JSON goes over a connection. */
enum EventForm {
  /** The frames of a text message from a server, which no mask covers (RFC 6455, section 5.2). */
  WEB_SOCKET {
    @Override
    void write(int seq, String json, ByteArrayOutputStream out) {
      byte[] text = json.getBytes(StandardCharsets.UTF_8);
      int from = 0;
      do {
        int length = Math.min(text.length - from, LARGEST_FRAME);
        boolean last = from + length == text.length;
        out.write((last ? FINAL : 0) | (from == 0 ? TEXT : CONTINUATION));
        writeLength(length, out);
        out.write(text, from, length);
        from += length;
      } while (from < text.length);
    }
  },

  /** Server-Sent Events (WHATWG HTML, section 9.2) with the sequence number as id. */
  SERVER_SENT {
    @Override
    void write(int seq, String json, ByteArrayOutputStream out) {
      out.writeBytes(("id: " + seq + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
  };

  /** Clients may bound the frames they take; this is what many bound them to. */
  static final int LARGEST_FRAME = 0xFFFF;

  private static final int FINAL = 0x80;
  private static final int TEXT = 0x1;
  private static final int CONTINUATION = 0x0;
  private static final int LARGEST_SHORT_LENGTH = 125;
  private static final int TWO_BYTES_OF_LENGTH = 126;

  private static void writeLength(int length, ByteArrayOutputStream out) {
    if (length <= LARGEST_SHORT_LENGTH) {
      out.write(length);
    } else {
      out.write(TWO_BYTES_OF_LENGTH);
      out.writeBytes(ByteBuffer.allocate(Short.BYTES).putShort((short) length).array());
    }
  }

  /**
   * Appends an event.
   *
   * @param json of one line
   */
  abstract void write(int seq, String json, ByteArrayOutputStream out);
}
