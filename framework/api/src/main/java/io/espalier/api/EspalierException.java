package io.espalier.api;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The one exception of Espalier: a typed failure whose message tells the user what to do. */
public class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final FailureCode code;

  public EspalierException(FailureCode code, String message) {
    this(code, message, null);
  }

  public EspalierException(FailureCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * A failure of a file ({@link FailureCode#IO}), in words that say why.
   *
   * @param doing what was tried, such as {@code read}: the message is "cannot read FILE: why"
   */
  public static EspalierException cannot(String doing, Path file, IOException cause) {
    String message = "cannot %s %s: %s".formatted(doing, file, reason(file, cause));
    return new EspalierException(FailureCode.IO, message, cause);
  }

  private static String reason(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException missing) {
      boolean itself = file.toString().equals(missing.getFile());
      return (itself ? "it" : "'" + missing.getFile() + "'") + " does not exist";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileAlreadyExistsException there) {
      return "'" + there.getFile() + "' is there already";
    }
    if (cause instanceof NotDirectoryException other) {
      return "'" + other.getFile() + "' is no folder";
    }
    if (cause instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    if (cause instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return cause instanceof FileNotFoundException
        ? message.replaceFirst("^.*\\((.+)\\)$", "$1")
        : message;
  }

  public FailureCode code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
