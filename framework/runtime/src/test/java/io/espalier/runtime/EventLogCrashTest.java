package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Log;
import io.espalier.proto.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Whatever a crash leaves, the sound events before it stay and the log goes on without a gap. */
class EventLogCrashTest {
  private Path folder = Path.of("");

  @BeforeTry
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("event-log");
  }

  @AfterTry
  void dropFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private Path file() {
    return folder.resolve("events.log");
  }

  /** Writes events of given text lengths; returns where each ends. */
  private List<Long> write(List<Integer> lengths) throws IOException {
    List<Long> ends = new ArrayList<>();
    try (EventLog log = EventLog.open(file(), "r1")) {
      for (int length : lengths) {
        log.append(line("x".repeat(length)));
        ends.add(Files.size(file()));
      }
    }
    return ends;
  }

  private static RunEvent.Builder line(String text) {
    return RunEvent.newBuilder().setLog(Log.newBuilder().setMessage(text));
  }

  private void requireGoesOnAfter(int sound, List<Integer> lengths) {
    assertThat(EventLogReader.of(file()).lastSeq()).isEqualTo(sound);
    try (EventLog log = EventLog.open(file(), "r1")) {
      assertThat(log.lastSeq()).isEqualTo(sound);
      assertThat(log.append(line("more")).getSeq()).isEqualTo(sound + 1);
      assertThat(log.append(line("and more")).getSeq()).isEqualTo(sound + 2);
    }
    List<RunEvent> events = EventLogReader.of(file()).read(1, 1000).getEventsList();
    assertThat(events).hasSize(sound + 2);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).getSeq()).isEqualTo(i + 1);
      if (i < sound) {
        assertThat(events.get(i).getLog().getMessage()).hasSize(lengths.get(i));
      }
    }
  }

  @Property(tries = 150)
  void aTornTailIsCutOff(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 400) Integer> lengths,
      @ForAll @IntRange(max = 999) int permille)
      throws IOException {
    List<Long> ends = write(lengths);
    long cut = Files.size(file()) * permille / 1000;
    try (var channel =
        java.nio.channels.FileChannel.open(file(), java.nio.file.StandardOpenOption.WRITE)) {
      channel.truncate(cut);
    }
    requireGoesOnAfter((int) ends.stream().filter(end -> end <= cut).count(), lengths);
  }

  @Property(tries = 150)
  void aFlippedBitCutsOffWhatFollows(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 400) Integer> lengths,
      @ForAll @IntRange(max = 999) int permille,
      @ForAll @IntRange(max = 7) int bit)
      throws IOException {
    List<Long> ends = write(lengths);
    byte[] bytes = Files.readAllBytes(file());
    int position = bytes.length * permille / 1000;
    bytes[position] ^= (byte) (1 << bit);
    Files.write(file(), bytes);
    requireGoesOnAfter((int) ends.stream().filter(end -> end <= position).count(), lengths);
  }

  @Property(tries = 100)
  void whateverIsAppendedToTheFileIsCutOff(
      @ForAll @Size(max = 6) List<@IntRange(max = 100) Integer> lengths,
      @ForAll @Size(min = 1, max = 300) byte[] garbage)
      throws IOException {
    write(lengths);
    Files.write(file(), garbage, java.nio.file.StandardOpenOption.APPEND);
    requireGoesOnAfter(lengths.size(), lengths);
  }
}
