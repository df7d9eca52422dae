package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AptPlaceTest {
  private static final ToySet TOY = ToySet.of("toy", 1);
  private static final String FOLDER = "/usr/share/datasets/espalier-test-toy";

  private final Path root;
  private final Path programs;
  private final Path content;
  private final Path cache;
  private final Heard heard = new Heard();

  AptPlaceTest(@TempDir Path root) throws IOException {
    this.root = root;
    programs = Files.createDirectories(root.resolve("programs"));
    content = root.resolve("content");
    cache = root.resolve("cache");
    TOY.into(content.resolve(FOLDER.substring(1)));
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void usualPrograms() throws IOException {
    program("apt-get", "echo \"$@\" > '%s/asked'; echo deb > \"$3_1.0_all.deb\"".formatted(root));
    program("dpkg-deb", "test -f \"$2\" && cp -r '%s' \"$3\"".formatted(content));
  }

  private Dataset open(Fetching fetching, URI... bases) {
    IdxSet set = TOY.set(List.of(bases), Optional.of(new DebianPackage("dataset-toy", FOLDER)));
    return new IdxSearch(set, List.of(set), fetching)
        .open(ToySet.request(Optional.empty(), cache, true, heard));
  }

  private Dataset open(URI... bases) {
    return open(ToySet.quick(root.resolve("nothing"), programs), bases);
  }

  private EspalierException refusal() {
    EspalierException failure = catchThrowableOfType(EspalierException.class, () -> open());
    assertThat(failure.code()).isEqualTo(FailureCode.NOT_FOUND);
    return failure;
  }

  private List<String> inCache() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("toy"))) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void thePackagesFilesComeIntoTheCache() throws IOException {
    usualPrograms();

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(inCache())
        .containsExactly(
            ".lock",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz");
  }

  @Test
  void aptIsAskedToDownloadOnly() throws IOException {
    usualPrograms();
    open();

    assertThat(root.resolve("asked")).hasContent("-q download dataset-toy");
    assertThat(heard.notes).anyMatch(note -> note.startsWith("apt-get download dataset-toy into"));
  }

  @Test
  void whatAnEarlierProcessLeftIsRemoved() throws IOException {
    usualPrograms();
    Path left = Files.createDirectories(cache.resolve("toy").resolve(".apt"));
    Files.writeString(left.resolve("dataset-toy_0.9_all.deb"), "old");

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(left).doesNotExist();
  }

  @Test
  void theNetworkComesBeforeApt() throws IOException {
    usualPrograms();
    try (FileServer server = new FileServer().serve(TOY)) {
      assertThat(open(server.base()).fingerprint()).isEqualTo(TOY.fingerprint());
    }

    assertThat(root.resolve("asked")).doesNotExist();
  }

  @Test
  void aptIsAskedWhereTheNetworkFails() throws IOException {
    usualPrograms();
    try (FileServer server = new FileServer()) {
      assertThat(open(server.base()).fingerprint()).isEqualTo(TOY.fingerprint());
    }

    assertThat(root.resolve("asked")).exists();
    assertThat(heard.notes).anyMatch(note -> note.endsWith("answers HTTP 404"));
  }

  @Test
  void withoutAptThePlaceIsNamed() throws IOException {
    usualPrograms();
    Files.delete(programs.resolve("apt-get"));

    assertThat(refusal())
        .hasMessageContaining(
            "  - apt-get download dataset-toy: apt-get is not on the search path\n");
    assertThat(cache).doesNotExist();
  }

  @Test
  void withoutDpkgThePlaceIsNamed() throws IOException {
    usualPrograms();
    Files.delete(programs.resolve("dpkg-deb"));

    assertThat(refusal()).hasMessageContaining("dpkg-deb is not on the search path");
  }

  @Test
  void whatAptSaysIsPassedOn() throws IOException {
    usualPrograms();
    program("apt-get", "echo 'Reading lists'; echo 'E: Unable to locate package' >&2; exit 100");

    assertThat(refusal())
        .hasMessageContaining(
            "apt-get ended with 100: Reading lists E: Unable to locate package\n");
    assertThat(inCache()).containsExactly(".lock");
  }

  @Test
  void aptThatLeavesNothingIsNamed() throws IOException {
    usualPrograms();
    program("apt-get", "exit 0");

    assertThat(refusal()).hasMessageContaining("apt-get left no package file");
  }

  @Test
  void aPackageWithoutTheFilesIsNamed() throws IOException {
    usualPrograms();
    Files.delete(content.resolve(FOLDER.substring(1)).resolve("t10k-labels-idx1-ubyte.gz"));

    assertThat(refusal()).hasMessageContaining("the package lacks t10k-labels-idx1-ubyte");
  }

  @Test
  void aPackageWithOtherFilesIsRefused() throws IOException {
    usualPrograms();
    ToySet.of("toy", 9).into(content.resolve(FOLDER.substring(1)));

    assertThat(refusal())
        .hasMessageContaining("the package was refused: ")
        .hasMessageContaining("expected SHA-256");
    assertThat(inCache()).containsExactly(".lock");
  }

  @Test
  void aptThatHangsIsEnded() throws IOException {
    usualPrograms();
    program("apt-get", "echo $$ > '%s/pid'; sleep 600".formatted(root));
    Fetching impatient =
        new Fetching(
            List.of(programs),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            List.of(),
            Duration.ofSeconds(1));

    assertThat(catchThrowableOfType(EspalierException.class, () -> open(impatient)))
        .hasMessageContaining("apt-get had not ended after 1.0 s");
    long pid = Long.parseLong(Files.readString(root.resolve("pid")).strip());
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
