package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Held by the one place that writes a run: no other thread or process can have it.
 *
 * <p>The system's lock on the file {@code events.lock} keeps other processes out. It belongs to the
 * process and falls as soon as the process closes any handle of the file; so inside this process a
 * set of names decides, and a name in it is not touched.
 */
final class RunLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final int TRIES = 20;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  private static Path file(Path events) {
    return events.toAbsolutePath().normalize().resolveSibling("events.lock");
  }

  /**
   * @param events the log that is to be written
   * @throws EspalierException ({@link FailureCode#IO}) if it has a writer
   */
  static synchronized RunLock take(Path events) throws IOException {
    Path file = file(events);
    if (HELD.contains(file)) {
      throw taken(events);
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(channel)) {
        throw taken(events);
      }
      HELD.add(file);
      return new RunLock(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Locks; tries for a moment, since another process may just be looking if there is a lock. */
  private static boolean lock(FileChannel channel) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      if (channel.tryLock() != null) {
        return true;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return false;
  }

  /** Whether a log has a writer, here or in another process. */
  static synchronized boolean isHeld(Path events) {
    Path file = file(events);
    if (HELD.contains(file) || !Files.exists(file)) {
      return HELD.contains(file);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static EspalierException taken(Path events) {
    return new EspalierException(
        FailureCode.IO, events + " is being written by another process: wait for it or stop it");
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
