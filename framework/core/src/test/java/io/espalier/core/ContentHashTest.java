package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHashTest {
  /** The example of FIPS 180-2. */
  @Test
  void hashesBytes() {
    assertThat(ContentHash.sha256("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void hashesAFileLikeItsBytes(@TempDir Path folder) throws IOException {
    byte[] content = new byte[200_000];
    content[150_000] = 1;
    Path file = Files.write(folder.resolve("model"), content);

    assertThat(ContentHash.sha256(file)).isEqualTo(ContentHash.sha256(content));
  }

  @Test
  void namesAFileThatIsNotThere(@TempDir Path folder) {
    Path file = folder.resolve("missing");

    assertThatThrownBy(() -> ContentHash.sha256(file))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.IO))
        .hasMessageContainingAll(file.toString(), "does not exist");
  }
}
