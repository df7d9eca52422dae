package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSearchTest {
  private static final ToySet TOY = ToySet.of("toy", 1);
  private static final ToySet OTHER = ToySet.of("other", 2);

  private final Path root;
  private final Path given;
  private final Path cache;
  private final Path system;
  private final Heard heard = new Heard();

  IdxSearchTest(@TempDir Path root) {
    this.root = root;
    given = root.resolve("given");
    cache = root.resolve("cache");
    system = root.resolve("system");
  }

  private IdxSearch search(URI... bases) {
    IdxSet set =
        TOY.set(List.of(bases), Optional.of(new DebianPackage("dataset-toy", system.toString())));
    return new IdxSearch(set, List.of(set, OTHER.set()), ToySet.quick());
  }

  private Dataset open() {
    return search().open(ToySet.request(Optional.of(given), cache, false, heard));
  }

  private EspalierException refusal(FailureCode code) {
    EspalierException failure = catchThrowableOfType(EspalierException.class, this::open);
    assertThat(failure.code()).isEqualTo(code);
    return failure;
  }

  private void fill(Path folder, IdxFile file, byte[] bytes) throws IOException {
    Files.write(folder.resolve(file.compressed()), bytes);
  }

  @Test
  void theFolderGivenIsEnough() throws IOException {
    TOY.into(given);

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(heard.notes).isEmpty();
  }

  @Test
  void aSubFolderNamedAfterTheDataSetIsEnough() throws IOException {
    TOY.into(given.resolve("toy"));

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void theSubFolderCountsMoreThanFilesOfAnotherSetBesideIt() throws IOException {
    OTHER.into(given);
    TOY.into(given.resolve("toy"));

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void uncompressedAndDottedNamesAreFound() throws IOException {
    Files.createDirectories(given);
    Files.write(given.resolve("train-images-idx3-ubyte"), TOY.bytes(IdxFile.TRAIN_IMAGES));
    Files.write(given.resolve("train-labels.idx1-ubyte"), TOY.bytes(IdxFile.TRAIN_LABELS));
    Files.write(
        given.resolve("t10k-images.idx3-ubyte.gz"), ToySet.gzip(TOY.bytes(IdxFile.TEST_IMAGES)));
    fill(given, IdxFile.TEST_LABELS, TOY.bytes(IdxFile.TEST_LABELS));

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void withoutTheFilesInTheFolderGivenTheCacheIsTakenAndTheUserIsTold() throws IOException {
    TOY.into(cache.resolve("toy"));
    TOY.into(given);
    Files.delete(given.resolve("train-labels-idx1-ubyte.gz"));

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(heard.notes)
        .containsExactly(
            "toy is not in " + given + " (the folder given): lacks train-labels-idx1-ubyte");
  }

  @Test
  void theFolderGivenComesBeforeTheCache() throws IOException {
    TOY.into(given);
    OTHER.into(cache.resolve("toy"));

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void theCacheComesBeforeThePackage() throws IOException {
    TOY.into(system);
    OTHER.into(cache.resolve("toy"));

    assertThat(refusal(FailureCode.DATA)).hasMessageStartingWith(cache.resolve("toy").toString());
  }

  @Test
  void theFolderOfThePackageIsTaken() throws IOException {
    TOY.into(system);

    assertThat(open().fingerprint()).isEqualTo(TOY.fingerprint());
  }

  @Test
  void aBrokenPackageIsPassedOver() throws IOException {
    TOY.into(system);
    fill(system, IdxFile.TEST_LABELS, new byte[] {1, 2, 3});

    assertThat(refusal(FailureCode.NOT_FOUND))
        .hasMessageContaining(
            "%s (Debian package dataset-toy): %s is cut off: an idx header of labels has 8 bytes,"
                    .formatted(system, system.resolve("t10k-labels-idx1-ubyte.gz"))
                + " the file has 3");
  }

  @Test
  void whereNoPlaceHasItEachIsNamedWithTheReason() throws IOException {
    Files.createDirectories(given);
    Files.createFile(cache);

    assertThat(refusal(FailureCode.NOT_FOUND))
        .hasMessage(
            """
            data set 'toy' is nowhere to be had. Looked into:
              - %s (the folder given): has none of the four files
              - %s (cache): no such folder
              - %s (Debian package dataset-toy): no such folder
              - the network: not asked, because fetching is not allowed
            Put the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, \
            t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (each as it is or as .gz) into a \
            folder and name it with --data-dir. Or install the Debian package dataset-toy. Or \
            allow fetching. Data set 'digits' needs no files."""
                .formatted(given, cache.resolve("toy"), system));
  }

  @Test
  void withoutLeaveToFetchNothingIsWritten() {
    refusal(FailureCode.NOT_FOUND);

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void filesOfAnotherDataSetAreRecognized() throws IOException {
    OTHER.into(given);

    assertThat(refusal(FailureCode.DATA))
        .hasMessage(
            given.resolve("train-images-idx3-ubyte.gz")
                + " is not of toy: these are the files of other: use --dataset other");
  }

  @Test
  void mixedUpFilesAreRecognized() throws IOException {
    TOY.into(given);
    Path path = given.resolve("t10k-images-idx3-ubyte.gz");
    Files.copy(
        given.resolve("train-images-idx3-ubyte.gz"), path, StandardCopyOption.REPLACE_EXISTING);
    fill(given, IdxFile.TEST_LABELS, TOY.bytes(IdxFile.TRAIN_LABELS));

    assertThat(refusal(FailureCode.DATA))
        .hasMessage(
            path
                + " holds train-images-idx3-ubyte, not t10k-images-idx3-ubyte: the files are mixed"
                + " up, rename them");
  }

  @Test
  void aFileThatIsNotTheOriginalIsNamedWithBothSums() throws IOException {
    TOY.into(cache.resolve("toy"));
    byte[] changed = TOY.bytes(IdxFile.TRAIN_IMAGES).clone();
    changed[100] ^= 1;
    fill(cache.resolve("toy"), IdxFile.TRAIN_IMAGES, ToySet.gzip(changed));

    assertThat(refusal(FailureCode.DATA))
        .hasMessage(
            "%s is not the train-images-idx3-ubyte of toy: expected SHA-256 %s (decompressed),"
                    .formatted(
                        cache.resolve("toy").resolve("train-images-idx3-ubyte.gz"),
                        ToySet.sha256(TOY.bytes(IdxFile.TRAIN_IMAGES)))
                + " found %s; remove it or put the original in its place"
                    .formatted(ToySet.sha256(changed)));
  }

  @Test
  void tooFewLabelsAreNamedRatherThanTheirSum() throws IOException {
    TOY.into(given);
    fill(given, IdxFile.TEST_LABELS, ToySet.idx(0x801, new byte[99], 99));

    assertThat(refusal(FailureCode.DATA))
        .hasMessage(
            "%s has 99 labels, but %s has 100 images"
                .formatted(
                    given.resolve("t10k-labels-idx1-ubyte.gz"),
                    given.resolve("t10k-images-idx3-ubyte.gz")));
  }

  @Test
  void aMirrorMustBeAnAddress() {
    String property = "espalier.data.toy.url";
    for (String bad : List.of("ftp://host/x", "C:\\data", "/data", "http:///x")) {
      System.setProperty(property, bad);
      try {
        assertThatThrownBy(
                () -> search().open(ToySet.request(Optional.empty(), cache, true, heard)))
            .hasMessage(
                "system property espalier.data.toy.url is '%s' (allowed: http or https address of"
                        .formatted(bad)
                    + " a folder)");
      } finally {
        System.clearProperty(property);
      }
    }
  }

  @Test
  void theKnownSetsAreWholeAndDiffer() {
    assertThat(IdxSet.KNOWN).extracting(IdxSet::name).containsExactly("mnist", "fashion-mnist");
    assertThat(
            IdxSet.KNOWN.stream()
                .flatMap(set -> Arrays.stream(IdxFile.values()).map(set::content))
                .map(IdxSet.Content::sha256))
        .doesNotHaveDuplicates()
        .allMatch(sum -> sum.matches("[0-9a-f]{64}"));
  }
}
