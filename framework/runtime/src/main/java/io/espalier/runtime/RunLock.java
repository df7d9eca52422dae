package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held by the one place that writes a run: no other thread or process can have it.
 *
 * <p>The system's lock on the file {@code events.lock} keeps other processes out. It belongs to the
 * process and falls as soon as the process closes any handle of the file; so inside this process a
 * set of names decides, and a name in it is not touched.
 */
final class RunLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
  static RunLock take(Path events) throws IOException {
    Path file = file(events);
    if (!HELD.add(file)) {
      throw taken(events);
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw taken(events);
      }
      return new RunLock(file, channel);
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  /** Whether a log has a writer, here or in another process. */
  static boolean isHeld(Path events) {
    Path file = file(events);
    if (!Files.exists(file)) {
      return false;
    }
    if (!HELD.add(file)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (IOException e) {
      return false;
    } finally {
      HELD.remove(file);
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
