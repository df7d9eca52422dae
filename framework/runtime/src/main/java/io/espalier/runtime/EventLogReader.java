package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a run's event log, also while another thread or process appends to it. What is not a sound
 * record, and all that follows it, is not there for a reader. Nothing is ever written. Safe for
 * many threads.
 */
public final class EventLogReader {
  /** The most events of one batch. */
  public static final int MAX_EVENTS = 10_000;

  /** A batch ends with the event that takes it over this many bytes. */
  private static final int MAX_BATCH_BYTES = 1 << 20;

  private final Path file;
  private EventIndex index = new EventIndex();

  /**
   * Some events of a log that has more. What is in the log stays where it is, so a span can be read
   * while the log grows.
   *
   * @param lastSeq the log's last event
   * @param position of the first event of the span
   * @param count events of the span
   */
  record Span(int lastSeq, long position, int count) {
    static Span of(EventIndex index, int fromSeq, int limit) {
      int from = Math.max(1, fromSeq);
      int count = Math.min(Math.min(limit, MAX_EVENTS), index.lastSeq() - from + 1);
      return count <= 0
          ? new Span(index.lastSeq(), index.end(), 0)
          : new Span(index.lastSeq(), index.start(from), count);
    }
  }

  private EventLogReader(Path file) {
    this.file = file;
  }

  /** A reader of a log, which may be empty or not yet there. */
  public static EventLogReader of(Path file) {
    return new EventLogReader(file);
  }

  /** The last event's sequence number as of now; 0 without events. */
  public synchronized int lastSeq() {
    scan(event -> {});
    return index.lastSeq();
  }

  /**
   * Events in order.
   *
   * @param fromSeq the first one wanted; what is below 1 counts as 1
   * @param limit the most events wanted; at most {@link #MAX_EVENTS} come, and fewer if they are
   *     large
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  public EventBatch read(int fromSeq, int limit) {
    Span span;
    synchronized (this) {
      scan(event -> {});
      span = Span.of(index, fromSeq, limit);
    }
    return read(file, span);
  }

  /** Passes every event that was not passed before, in order. Not to be mixed with other reads. */
  synchronized void readOn(Consumer<RunEvent> consumer) {
    scan(consumer);
  }

  /** Passes every event of a log once, in order. */
  public static void forEach(Path file, Consumer<RunEvent> consumer) {
    new EventLogReader(file).scan(consumer);
  }

  /** Goes on from the last record known; tells where the sound records end. */
  static EventIndex index(Path file) {
    EventLogReader reader = new EventLogReader(file);
    reader.scan(event -> {});
    return reader.index;
  }

  private void scan(Consumer<RunEvent> consumer) {
    try {
      long size = Files.exists(file) ? Files.size(file) : 0;
      if (size < index.end()) {
        index = new EventIndex();
      }
      if (size == index.end()) {
        return;
      }
      try (InputStream in = open(file, index.end())) {
        for (; ; ) {
          Optional<EventRecord> record =
              EventRecord.read(in).filter(r -> r.event().getSeq() == index.lastSeq() + 1);
          if (record.isEmpty()) {
            return;
          }
          index.add(index.end() + record.get().bytes());
          consumer.accept(record.get().event());
        }
      }
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  static EventBatch read(Path file, Span span) {
    EventBatch.Builder batch = EventBatch.newBuilder().setLastSeq(span.lastSeq());
    if (span.count() == 0) {
      return batch.build();
    }
    try (InputStream in = open(file, span.position())) {
      int bytes = 0;
      for (int i = 0; i < span.count() && bytes < MAX_BATCH_BYTES; i++) {
        EventRecord record =
            EventRecord.read(in)
                .orElseThrow(() -> new IOException("a record that was sound is broken now"));
        batch.addEvents(record.event());
        bytes += record.bytes();
      }
      return batch.build();
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }

  private static InputStream open(Path file, long position) throws IOException {
    FileInputStream in = new FileInputStream(file.toFile());
    in.skipNBytes(position);
    return new BufferedInputStream(in, 1 << 16);
  }
}
