package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps others, in this process or another, from fetching into the same folder until it is closed.
 * An empty file {@code .lock} stays in the folder.
 */
final class CacheLock implements AutoCloseable {
  private final Path folder;
  private final FileChannel channel;

  private CacheLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes the folder if needed and waits for it to be free.
   *
   * @throws UnavailableException if it cannot be written, or stays taken for longer than {@code
   *     patience}
   */
  static CacheLock of(Path folder, Duration patience, Progress progress)
      throws UnavailableException {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        await(channel, folder, patience, progress);
        return new CacheLock(folder, channel);
      } catch (IOException | UnavailableException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UnavailableException("cannot write to the cache " + folder + " (" + e + ")", e);
    }
  }

  private static void await(FileChannel channel, Path folder, Duration patience, Progress progress)
      throws IOException, UnavailableException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (boolean told = false; tryLock(channel).isEmpty(); told = true) {
      if (System.nanoTime() - deadline > 0) {
        throw new UnavailableException(
            "another process has been fetching into %s for more than %s"
                .formatted(folder, Waiting.text(patience)));
      }
      if (!told) {
        progress.note("waiting for another process that fetches into " + folder);
      }
      Waiting.pause(Waiting.TICK);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /** The folder that is held. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot release the cache's lock: " + e, e);
    }
  }
}
