package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EspalierExceptionTest {
  @TempDir private Path work;

  private static String message(Path file, IOException cause) {
    EspalierException failure = EspalierException.cannot("read", file, cause);
    assertThat(failure.code()).isEqualTo(FailureCode.IO);
    return failure.getMessage().replace(file.toString(), "FILE");
  }

  @Test
  void aFileThatIsNotThere() {
    Path file = work.resolve("no.onnx");
    IOException cause = catchThrowableOfType(IOException.class, () -> Files.newInputStream(file));

    assertThat(message(file, cause)).isEqualTo("cannot read FILE: it does not exist");
  }

  @Test
  void anotherFileThatIsNotThere() {
    IOException cause =
        catchThrowableOfType(IOException.class, () -> Files.readString(Path.of("other.data")));

    assertThat(message(work.resolve("net.onnx"), cause))
        .isEqualTo("cannot read FILE: 'other.data' does not exist");
  }

  @Test
  void aFolder() {
    IOException cause = catchThrowableOfType(IOException.class, () -> Files.readString(work));

    assertThat(message(work, cause)).isEqualTo("cannot read FILE: it is a folder");
  }

  @Test
  void aFileWhereAFolderIsWanted() throws IOException {
    Path file = Files.writeString(work.resolve("runs"), "in the way");
    IOException inTheWay =
        catchThrowableOfType(IOException.class, () -> Files.createDirectories(file));
    IOException noFolder = catchThrowableOfType(IOException.class, () -> Files.list(file).close());

    assertThat(message(file, inTheWay)).isEqualTo("cannot read FILE: 'FILE' is there already");
    assertThat(message(file, noFolder)).isEqualTo("cannot read FILE: 'FILE' is no folder");
  }

  @Test
  void whatIsNoText() throws IOException {
    Path file = Files.write(work.resolve("net.onnx"), new byte[] {(byte) 0xff, (byte) 0xfe});
    IOException cause = catchThrowableOfType(IOException.class, () -> Files.readString(file));

    assertThat(message(file, cause)).isEqualTo("cannot read FILE: it is no text in UTF-8");
  }

  @Test
  void whatAStreamOfTheOldKindSays() {
    Path file = work.resolve("no/report.md");
    IOException cause =
        catchThrowableOfType(IOException.class, () -> new FileOutputStream(file.toFile()).close());

    assertThat(message(file, cause)).isEqualTo("cannot read FILE: No such file or directory");
  }

  @Test
  void whatTheSystemSays() {
    Path file = work.resolve("net.onnx");

    assertThat(message(file, new AccessDeniedException(file.toString())))
        .isEqualTo("cannot read FILE: permission denied");
    assertThat(message(file, new FileSystemException(file.toString(), null, "Disk quota exceeded")))
        .isEqualTo("cannot read FILE: Disk quota exceeded");
    assertThat(message(file, new IOException("No space left on device")))
        .isEqualTo("cannot read FILE: No space left on device");
  }
}
