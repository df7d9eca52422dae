package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of contents, as lower-case hexadecimal text of 64 characters. */
public final class ContentHash {
  private static final int BLOCK = 1 << 16;

  private ContentHash() {}

  /** The hash of some bytes. */
  public static String sha256(byte[] content) {
    return HexFormat.of().formatHex(digest(content));
  }

  /**
   * The hash of a file, read block by block.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if the file cannot be read
   */
  public static String sha256(Path file) {
    MessageDigest digest = newDigest();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static byte[] digest(byte[] content) {
    return newDigest().digest(content);
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
