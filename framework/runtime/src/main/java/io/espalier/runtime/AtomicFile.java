package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that appear whole or not at all, and stay after a power failure. The data goes
 * through streams that an interrupt of the thread does not close.
 */
public final class AtomicFile {
  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a text as UTF-8.
   *
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes whatever a writer gives.
   *
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  public static void write(Path file, Content content) {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    try {
      try (FileOutputStream raw = new FileOutputStream(unfinished.toFile());
          OutputStream out = new BufferedOutputStream(raw, 1 << 16)) {
        content.writeTo(out);
        out.flush();
        raw.getFD().sync();
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder(file);
    } catch (IOException e) {
      unfinished.toFile().delete();
      throw EspalierException.cannot("write", file, e);
    }
  }

  /** Makes the new name last. Not every system can, and the file is whole without it. */
  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        return;
      }
    }
  }
}
