package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.EventBatch;
import io.espalier.proto.RunEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log of a run's events, by its only writer: the file is locked against others.
 *
 * <p>An event is one record, written by one call, so that the end of a process loses none and tears
 * at most the last. Opening a log cuts off a torn or damaged tail. {@link #force} makes the log
 * survive a power failure as well. Readers: {@link EventLogReader}. Safe for many threads; an
 * interrupt of a writing thread does it no harm.
 */
public final class EventLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  private final Path file;
  private final String run;
  private final RunLock lock;
  private final RandomAccessFile out;
  private final EventIndex index;
  private boolean closed;

  private EventLog(Path file, String run, RunLock lock, RandomAccessFile out, EventIndex index) {
    this.file = file;
    this.run = run;
    this.lock = lock;
    this.out = out;
    this.index = index;
  }

  /**
   * Opens a log to append to it; it is made if it is not there.
   *
   * @param run goes into every event
   * @throws EspalierException ({@link FailureCode#IO}) if the file cannot be written or has a
   *     writer already
   */
  public static EventLog open(Path file, String run) {
    RunLock lock = null;
    RandomAccessFile out = null;
    try {
      lock = RunLock.take(file);
      out = new RandomAccessFile(file.toFile(), "rw");
      EventIndex index = EventLogReader.index(file);
      long surplus = out.length() - index.end();
      if (surplus > 0) {
        LOG.warn(
            "{}: cut off {} bytes after event {}, which a crash or a defect left broken",
            file,
            surplus,
            index.lastSeq());
        out.setLength(index.end());
      }
      return new EventLog(file, run, lock, out, index);
    } catch (IOException e) {
      closeQuietly(out);
      closeQuietly(lock);
      throw EspalierException.cannot("write", file, e);
    } catch (EspalierException e) {
      closeQuietly(out);
      closeQuietly(lock);
      throw e;
    }
  }

  private static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      LOG.debug("cannot close {}", resource, e);
    }
  }

  /**
   * Appends an event, giving it run, the next sequence number and the time.
   *
   * @return the event as logged
   * @throws EspalierException ({@link FailureCode#IO}) if it cannot be written: then the log is as
   *     it was
   */
  public synchronized RunEvent append(RunEvent.Builder event) {
    requireOpen();
    RunEvent logged =
        event
            .setRun(run)
            .setSeq(index.lastSeq() + 1)
            .setTimeMillis(System.currentTimeMillis())
            .build();
    byte[] record = EventRecord.encode(logged);
    try {
      out.seek(index.end());
      out.write(record);
    } catch (IOException e) {
      cutBack();
      throw EspalierException.cannot("write", file, e);
    }
    index.add(index.end() + record.length);
    return logged;
  }

  private void cutBack() {
    try {
      out.setLength(index.end());
    } catch (IOException e) {
      LOG.debug("{}: a torn record stays until the next one or the next opening", file, e);
    }
  }

  /** See {@link EventLogReader#read}. */
  public EventBatch read(int fromSeq, int limit) {
    EventLogReader.Span span;
    synchronized (this) {
      span = EventLogReader.Span.of(index, fromSeq, limit);
    }
    return EventLogReader.read(file, span);
  }

  /** The last event's sequence number; 0 without events. */
  public synchronized int lastSeq() {
    return index.lastSeq();
  }

  /**
   * Waits until all events are on the disk itself.
   *
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  public synchronized void force() {
    requireOpen();
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw EspalierException.cannot("write", file, e);
    }
  }

  /** Forces the log and ends writing. Reading goes on working. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw EspalierException.cannot("write", file, e);
    } finally {
      closeQuietly(out);
      closeQuietly(lock);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EspalierException(FailureCode.IO, file + " is closed: its run has ended");
    }
  }
}
