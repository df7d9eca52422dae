package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.tensorboard.Event;
import io.espalier.proto.tensorboard.Summary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * An event file that TensorBoard reads: TFRecords, each a length, a checksum of it, an Event
 * message and a checksum of that. Checksums are CRC-32C, rotated by 15 bits and moved by a
 * constant, as TensorFlow's record format has it.
 */
final class ScalarLog {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int ROTATION = 15;

  private final Path file;

  /**
   * Begins a file.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if it cannot be written
   */
  ScalarLog(Path file) {
    this.file = file;
    append(false, event(0).setFileVersion(VERSION).build());
  }

  /** Adds the values of a step by their tags. */
  void add(int step, Map<String, Double> values) {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach(
        (tag, value) -> summary.addValueBuilder().setTag(tag).setSimpleValue(value.floatValue()));
    append(true, event(step).setSummary(summary).build());
  }

  private static Event.Builder event(int step) {
    return Event.newBuilder().setWallTime(System.currentTimeMillis() / 1e3).setStep(step);
  }

  private void append(boolean there, Event event) {
    byte[] data = event.toByteArray();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(checksum(record.array(), Long.BYTES));
    record.put(data).putInt(checksum(data, data.length));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (OutputStream out =
          there
              ? Files.newOutputStream(file, StandardOpenOption.APPEND)
              : Files.newOutputStream(file)) {
        out.write(record.array());
      }
    } catch (IOException e) {
      throw EspalierException.cannot("write", file, e);
    }
  }

  static int checksum(byte[] bytes, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, count);
    int value = (int) crc.getValue();
    return (value >>> ROTATION | value << Integer.SIZE - ROTATION) + MASK_DELTA;
  }
}
