package io.espalier.runtime;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.RunEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One event in a log file: {@code length | event | crc}. The length is a varint; the CRC-32C, four
 * bytes little-endian, covers length and event, so that a run of zeros is no record.
 *
 * @param event the event
 * @param bytes bytes that the record takes in the file
 */
record EventRecord(RunEvent event, int bytes) {
  /** The most bytes an event may have. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_VARINT_BYTES = 3;

  /** The bytes of a record. */
  static byte[] encode(RunEvent event) {
    int length = event.getSerializedSize();
    if (length > MAX_BYTES) {
      throw new EspalierException(
          FailureCode.INTERNAL,
          "an event of %d bytes is too large for the log (at most %d)"
              .formatted(length, MAX_BYTES));
    }
    int covered = CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    byte[] bytes = new byte[covered + Integer.BYTES];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 0, covered);
    try {
      out.writeUInt32NoTag(length);
      event.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(covered, crc(bytes, covered));
    return bytes;
  }

  /** The next record of a stream; empty at its end and where no sound record stands. */
  static Optional<EventRecord> read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(MAX_VARINT_BYTES);
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.read();
      if (next < 0 || head.size() == MAX_VARINT_BYTES) {
        return Optional.empty();
      }
      head.write(next);
      length |= (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        break;
      }
    }
    if (length > MAX_BYTES) {
      return Optional.empty();
    }
    byte[] rest = in.readNBytes(length + Integer.BYTES);
    return rest.length == length + Integer.BYTES
        ? decode(head.toByteArray(), rest, length)
        : Optional.empty();
  }

  private static Optional<EventRecord> decode(byte[] head, byte[] rest, int length) {
    CRC32C crc = new CRC32C();
    crc.update(head, 0, head.length);
    crc.update(rest, 0, length);
    int stored = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
    if (stored != (int) crc.getValue()) {
      return Optional.empty();
    }
    try {
      RunEvent event = RunEvent.parser().parseFrom(rest, 0, length);
      return Optional.of(new EventRecord(event, head.length + rest.length));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
