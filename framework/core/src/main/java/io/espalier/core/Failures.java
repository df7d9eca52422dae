package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Failures of files, in words that say what to do. */
final class Failures {
  private Failures() {}

  static EspalierException unreadable(Path file, IOException cause) {
    return new EspalierException(
        FailureCode.IO, "cannot read %s: %s".formatted(file, reason(file, cause)), cause);
  }

  static EspalierException unwritable(Path file, IOException cause) {
    return new EspalierException(
        FailureCode.IO, "cannot write %s: %s".formatted(file, reason(file, cause)), cause);
  }

  private static String reason(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException missing) {
      return "'" + missing.getFile() + "' does not exist";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    if (cause instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
