package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file that has come in part: {@code <target>.part}, and beside it {@code <target>.part.tag} with
 * the entity tag of the version that the part is of, if the server gave one.
 *
 * @param target the file once it is complete
 */
record Part(Path target) {
  private static final Pattern STRONG_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{0,200}\"");

  /** Where the bytes are. */
  Path file() {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private Path tagFile() {
    return target.resolveSibling(target.getFileName() + ".part.tag");
  }

  /** Bytes that are there. */
  long size() throws IOException {
    return Files.exists(file()) ? Files.size(file()) : 0;
  }

  /** The strong entity tag of the version that the bytes are of, if it is known. */
  Optional<String> tag() throws IOException {
    return Files.exists(tagFile()) ? strong(Files.readString(tagFile()).strip()) : Optional.empty();
  }

  private static Optional<String> strong(String tag) {
    return Optional.of(tag).filter(text -> STRONG_TAG.matcher(text).matches());
  }

  /** Opens the file to begin anew with the version of an entity tag. */
  FileChannel begin(Optional<String> tag) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    Optional<String> strong = tag.flatMap(Part::strong);
    if (strong.isPresent()) {
      Files.writeString(tagFile(), strong.get());
    } else {
      Files.deleteIfExists(tagFile());
    }
    return channel;
  }

  /** Opens the file to go on after the bytes that are there. */
  FileChannel append() throws IOException {
    return FileChannel.open(file(), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /** Gives the complete file its name. */
  void keep() {
    try {
      Files.move(file(), target, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(tagFile());
    } catch (IOException e) {
      throw EspalierException.cannot("write", target, e);
    }
  }

  /** Removes what has come. */
  void discard() {
    try {
      Files.deleteIfExists(file());
      Files.deleteIfExists(tagFile());
    } catch (IOException e) {
      throw EspalierException.cannot("remove", file(), e);
    }
  }
}
