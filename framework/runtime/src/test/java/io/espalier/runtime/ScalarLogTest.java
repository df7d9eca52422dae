package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.tensorboard.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalarLogTest {
  @TempDir Path folder;

  /** Reads records as TensorFlow's format says, checking both checksums of each. */
  static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static int masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    long value = crc.getValue();
    return (int) (((value >>> 15 | value << 17) & 0xffffffffL) + 0xa282ead8L);
  }

  @Test
  void writesTheVersionAndThenValuesByStep() throws IOException {
    Path file = folder.resolve("logs/events.out.tfevents.0");
    ScalarLog log = new ScalarLog(file);
    log.add(0, Map.of("conv/sparsity", 0.0));
    log.add(100, Map.of("conv/sparsity", 0.5));

    List<Event> events = read(file);

    assertThat(events).hasSize(3);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(2).getStep()).isEqualTo(100);
    assertThat(events.get(2).getSummary().getValue(0).getTag()).isEqualTo("conv/sparsity");
    assertThat(events.get(2).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.5f);
  }

  /** TensorBoard passes over values that are not there. */
  @Test
  void zeroIsAValue() throws IOException {
    Path file = folder.resolve("events.out.tfevents.0");
    new ScalarLog(file).add(0, Map.of("conv/sparsity", 0.0));

    assertThat(read(file).get(1).getSummary().getValue(0).hasSimpleValue()).isTrue();
  }

  @Test
  void masksChecksumsAsTensorFlowDoes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

    int crc = 0xe3069283; // CRC-32C of "123456789", RFC 3720's check value.
    assertThat(ScalarLog.checksum(digits, digits.length))
        .isEqualTo((crc >>> 15 | crc << 17) + 0xa282ead8);
  }
}
