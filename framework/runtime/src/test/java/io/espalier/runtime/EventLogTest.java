package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.EventBatch;
import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("events.log");
  }

  private static RunEvent.Builder line(String text) {
    return RunEvent.newBuilder().setLog(Log.newBuilder().setMessage(text));
  }

  @Test
  void givesRunNumberAndTime() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      double before = System.currentTimeMillis();
      log.append(line("one"));
      RunEvent second = log.append(line("two"));
      assertThat(second.getRun()).isEqualTo("r1");
      assertThat(second.getSeq()).isEqualTo(2);
      assertThat(second.getTimeMillis()).isBetween(before, before + 10_000);
      assertThat(log.lastSeq()).isEqualTo(2);
    }
  }

  @Test
  void readsASpan() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      for (int i = 1; i <= 3000; i++) {
        log.append(line("event " + i));
      }
      EventBatch batch = log.read(1500, 3);
      assertThat(batch.getEventsList())
          .extracting(RunEvent::getSeq)
          .containsExactly(1500, 1501, 1502);
      assertThat(batch.getLastSeq()).isEqualTo(3000);
      assertThat(log.read(2999, 100).getEventsCount()).isEqualTo(2);
      assertThat(log.read(0, 1).getEvents(0).getSeq()).isEqualTo(1);
      assertThat(log.read(3001, 10).getEventsList()).isEmpty();
      assertThat(log.read(Integer.MIN_VALUE, 1).getEventsCount()).isEqualTo(1);
      assertThat(log.read(1, -1).getEventsList()).isEmpty();
    }
  }

  @Test
  void batchesAreBoundedInBytes() {
    String text = "x".repeat(100_000);
    try (EventLog log = EventLog.open(file(), "r1")) {
      for (int i = 0; i < 30; i++) {
        log.append(line(text));
      }
      assertThat(log.read(1, 30).getEventsCount()).isBetween(5, 15);
    }
  }

  @Test
  void goesOnAfterReopening() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      log.append(line("one"));
    }
    try (EventLog log = EventLog.open(file(), "r1")) {
      assertThat(log.append(line("two")).getSeq()).isEqualTo(2);
      assertThat(log.read(1, 10).getEventsList())
          .extracting(e -> e.getLog().getMessage())
          .containsExactly("one", "two");
    }
  }

  @Test
  void aTailOfZerosIsNoEvent() throws IOException {
    try (EventLog log = EventLog.open(file(), "r1")) {
      log.append(line("one"));
    }
    Files.write(file(), new byte[4096], StandardOpenOption.APPEND);
    try (EventLog log = EventLog.open(file(), "r1")) {
      assertThat(log.lastSeq()).isEqualTo(1);
      assertThat(log.append(line("two")).getSeq()).isEqualTo(2);
    }
    assertThat(EventLogReader.of(file()).lastSeq()).isEqualTo(2);
  }

  @Test
  void hasOneWriter() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      assertThatThrownBy(() -> EventLog.open(file(), "r1"))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
          .hasMessageContaining(file().toString());
      assertThat(RunLock.isHeld(file())).isTrue();
      log.append(line("still works"));
    }
    assertThat(RunLock.isHeld(file())).isFalse();
  }

  @Test
  void anotherProcessCannotWrite() throws IOException, InterruptedException {
    try (EventLog log = EventLog.open(file(), "r1")) {
      log.append(line("one"));
      EventLogReader.of(file()).lastSeq();
      RunLock.isHeld(file());
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LockProbe.class.getName(),
                  file().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(other.getInputStream().readAllBytes());
      assertThat(other.waitFor()).isZero();
      assertThat(said).contains("being written by another process");
    }
  }

  /** Tries to write a log in a process of its own. */
  static final class LockProbe {
    private LockProbe() {}

    public static void main(String[] arguments) {
      try (EventLog log = EventLog.open(Path.of(arguments[0]), "r1")) {
        System.out.println("got it at event " + log.lastSeq());
      } catch (EspalierException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void isReadWhileItIsWritten() {
    EventLogReader reader = EventLogReader.of(file());
    assertThat(reader.lastSeq()).isZero();
    try (EventLog log = EventLog.open(file(), "r1")) {
      log.append(line("one"));
      assertThat(reader.read(1, 10).getEventsCount()).isEqualTo(1);
      log.append(line("two"));
      assertThat(reader.read(2, 10).getEvents(0).getLog().getMessage()).isEqualTo("two");
    }
  }

  @Test
  void aReaderFollowsALogThatWasCut() throws IOException {
    EventLogReader reader = EventLogReader.of(file());
    try (EventLog log = EventLog.open(file(), "r1")) {
      log.append(line("one"));
      log.append(line("two"));
    }
    assertThat(reader.lastSeq()).isEqualTo(2);
    try (var channel = java.nio.channels.FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    assertThat(reader.lastSeq()).isEqualTo(1);
  }

  @Test
  void aClosedLogCanBeReadButNotWritten() {
    EventLog log = EventLog.open(file(), "r1");
    log.append(line("one"));
    log.close();
    log.close();
    assertThat(log.read(1, 1).getEventsCount()).isEqualTo(1);
    assertThatThrownBy(() -> log.append(line("two")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anInterruptedThreadStillWrites() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      Thread.currentThread().interrupt();
      log.append(line("one"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(log.append(line("two")).getSeq()).isEqualTo(2);
    }
  }

  @Test
  void anEventThatIsTooLargeIsRefusedAndLeavesTheLogAsItWas() {
    try (EventLog log = EventLog.open(file(), "r1")) {
      String text = "x".repeat(EventRecord.MAX_BYTES);
      assertThatThrownBy(() -> log.append(line(text))).hasMessageContaining("too large");
      assertThat(log.append(line("small")).getSeq()).isEqualTo(1);
    }
  }

  @Test
  void aFolderInTheWayIsNamed() throws IOException {
    Files.createDirectory(file());
    assertThatThrownBy(() -> EventLog.open(file(), "r1"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContaining(file().toString());
    assertThat(RunLock.isHeld(file())).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsAFailureThatNamesTheFile() throws IOException {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    EventLog log = EventLog.open(file(), "r1");
    assertThatThrownBy(() -> log.append(line("one")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContaining(file().toString());
    assertThat(log.lastSeq()).isZero();
  }
}
