package io.espalier.plugins.idxdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class WebPlaceTest {
  private static final ToySet TOY = ToySet.of("toy", 1);
  private static final String IMAGES = "train-images-idx3-ubyte.gz";

  private final Path cache;
  private final FileServer server = new FileServer().serve(TOY);
  private final Heard heard = new Heard();

  WebPlaceTest(@TempDir Path cache) {
    this.cache = cache;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Dataset fetch(URI... bases) {
    IdxSet set = TOY.set(bases);
    return new IdxSearch(set, List.of(set), ToySet.quick())
        .open(ToySet.request(Optional.empty(), cache, true, heard));
  }

  private Dataset fetch() {
    return fetch(server.base());
  }

  private EspalierException refusal(URI... bases) {
    EspalierException failure = catchThrowableOfType(EspalierException.class, () -> fetch(bases));
    assertThat(failure.code()).isEqualTo(FailureCode.NOT_FOUND);
    return failure;
  }

  private byte[] served() {
    return Optional.ofNullable(server.files.get(IMAGES)).orElseThrow();
  }

  private List<FileServer.Asked> askedForImages() {
    return server.asked.stream().filter(asked -> asked.file().equals(IMAGES)).toList();
  }

  private List<String> inCache() {
    Path folder = cache.resolve("toy");
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void leavePart(byte[] bytes, String tag) throws IOException {
    Path folder = Files.createDirectories(cache.resolve("toy"));
    Files.write(folder.resolve(IMAGES + ".part"), bytes);
    Files.writeString(folder.resolve(IMAGES + ".part.tag"), tag);
  }

  @Test
  void theFourFilesComeIntoTheCache() {
    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());

    assertThat(inCache())
        .containsExactly(
            ".lock",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz");
    assertThat(heard.notes)
        .containsExactly(
            "fetching toy from %s into %s".formatted(server.base(), cache.resolve("toy")));
  }

  @Test
  void theSecondTimeNothingIsAskedOfTheServer() {
    fetch();
    server.asked.clear();

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(server.asked).isEmpty();
  }

  @Test
  void onlyWhatTheCacheLacksIsFetched() throws IOException {
    TOY.into(cache.resolve("toy"));
    Files.delete(cache.resolve("toy").resolve("t10k-labels-idx1-ubyte.gz"));

    fetch();

    assertThat(server.asked)
        .extracting(FileServer.Asked::file)
        .containsExactly("t10k-labels-idx1-ubyte.gz");
  }

  @Test
  void everyFileReportsItsEnd() {
    fetch();

    for (IdxFile file : IdxFile.values()) {
      long size = Optional.ofNullable(server.files.get(file.compressed())).orElseThrow().length;
      assertThat(heard.steps).contains(new Heard.At(file.compressed(), size, size));
    }
  }

  @Test
  void progressRisesWhileTheServerIsSlow() {
    server.silences.set(1);

    fetch();

    List<Heard.At> steps = heard.steps.stream().filter(step -> step.what().equals(IMAGES)).toList();
    assertThat(steps).hasSizeGreaterThan(1).allMatch(step -> step.total() == served().length);
    assertThat(steps).extracting(Heard.At::done).isSorted().contains(100_000L);
  }

  @Test
  void afterACutItGoesOnWhereItStopped() {
    server.cuts.set(1);

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages())
        .hasSize(2)
        .last()
        .satisfies(asked -> assertThat(asked.range()).matches("bytes=[1-9][0-9]*-"))
        .satisfies(asked -> assertThat(asked.ifRange()).isEqualTo("\"v1\""));
    assertThat(heard.notes).anyMatch(note -> note.endsWith("; trying again"));
  }

  @Test
  void afterSilenceItGoesOnWhereItStopped() {
    server.silences.set(1);

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages().get(1).range()).isEqualTo("bytes=100000-");
    assertThat(heard.notes)
        .contains(server.base() + IMAGES + " sent nothing for 0.6 s; trying again");
  }

  @Test
  void anotherProcessGoesOnWithThePart() throws IOException {
    leavePart(Arrays.copyOf(served(), 5000), "\"v1\"");

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages())
        .containsExactly(new FileServer.Asked(IMAGES, "bytes=5000-", "\"v1\""));
    assertThat(inCache()).noneMatch(name -> name.contains(".part"));
  }

  @Test
  void aServerThatIgnoresRangesSendsTheWholeFile() throws IOException {
    leavePart(Arrays.copyOf(served(), 5000), "\"v1\"");
    server.ranges = false;

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages()).hasSize(1);
  }

  @Test
  void aFileThatHasChangedComesFromItsStart() throws IOException {
    leavePart(new byte[5000], "\"v0\"");

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages())
        .containsExactly(new FileServer.Asked(IMAGES, "bytes=5000-", "\"v0\""));
  }

  @Test
  void withoutAStrongTagTheRangeIsAskedForAlone() throws IOException {
    leavePart(Arrays.copyOf(served(), 5000), "W/\"weak\"");
    server.tag = Optional.empty();

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages()).containsExactly(new FileServer.Asked(IMAGES, "bytes=5000-", ""));
  }

  @Test
  void aPartThatIsTooLongIsThrownAway() throws IOException {
    leavePart(Arrays.copyOf(served(), served().length + 10), "\"v1\"");

    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages()).hasSize(2).last().matches(asked -> asked.range().isEmpty());
  }

  @Test
  void aServerThatAlwaysBreaksOffIsGivenUp() {
    server.cutAfter = 1000;
    server.cuts.set(100);
    byte[] before = served();

    assertThat(refusal(server.base()))
        .hasMessageContaining("  - %s: %s ".formatted(server.base(), IMAGES))
        .hasMessageContaining("(3 attempts)");
    assertThat(askedForImages()).hasSize(3);
    assertThat(cache.resolve("toy").resolve(IMAGES + ".part")).exists();
    assertThat(before.length).isGreaterThan(3000);
  }

  @Test
  void aFileThatIsNotTheOriginalIsRefusedAndRemoved() {
    byte[] changed = TOY.bytes(IdxFile.TRAIN_IMAGES).clone();
    changed[50] ^= 1;
    server.files.put(IMAGES, ToySet.gzip(changed));

    assertThat(refusal(server.base()))
        .hasMessageContaining("what it sends for " + IMAGES + " was refused and removed")
        .hasMessageContaining("expected SHA-256")
        .hasMessageContaining(ToySet.sha256(changed));
    assertThat(inCache()).containsExactly(".lock");
  }

  @Test
  void aPageInPlaceOfTheFileIsRefusedAndRemoved() {
    server.files.put(IMAGES, "<html>Sign in to the network</html>".getBytes());

    assertThat(refusal(server.base())).hasMessageContaining("expected magic number 0x00000803");
    assertThat(inCache()).containsExactly(".lock");
  }

  @Test
  void aFileThatIsNotThereIsNotAskedForAgain() {
    server.files.remove(IMAGES);

    assertThat(refusal(server.base()))
        .hasMessageContaining("  - %s: %s answers HTTP 404\n".formatted(server.base(), IMAGES));
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPassingFaultIsTriedAgainABoundedNumberOfTimes() {
    server.status = 503;

    assertThat(refusal(server.base()))
        .hasMessageContaining("answers HTTP 503 (3 attempts)")
        .hasMessageContaining("Or name a mirror with -Despalier.data.toy.url=<address>.");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void aFileThatIsTooLargeIsNotTaken() {
    server.files.put(IMAGES, new byte[4 << 20]);

    assertThat(refusal(server.base())).hasMessageContaining("bytes that the file can have");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(refusal(URI.create("http://127.0.0.1:%d/".formatted(port))))
        .hasMessageContaining(
            "http://127.0.0.1:%d/: %s cannot be reached: no connection".formatted(port, IMAGES));
  }

  @Test
  void theNextAddressIsAskedForWhatTheFirstDoesNotHave() {
    try (FileServer first = new FileServer().serve(TOY)) {
      first.files.remove("t10k-images-idx3-ubyte.gz");

      assertThat(fetch(first.base(), server.base()).fingerprint()).isEqualTo(TOY.fingerprint());
      assertThat(server.asked)
          .extracting(FileServer.Asked::file)
          .containsExactly("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
      assertThat(heard.notes)
          .contains(
              "toy is not in %s: t10k-images-idx3-ubyte.gz answers HTTP 404"
                  .formatted(first.base()));
    }
  }

  @Test
  void aMirrorIsAskedInsteadOfTheSources() {
    System.setProperty("espalier.data.toy.url", server.base().toString().replaceAll("/$", ""));
    try (FileServer usual = new FileServer().serve(TOY)) {
      assertThat(fetch(usual.base()).fingerprint()).isEqualTo(TOY.fingerprint());
      assertThat(usual.asked).isEmpty();
    } finally {
      System.clearProperty("espalier.data.toy.url");
    }
  }

  @Test
  void anInterruptCancelsAndKeepsThePart() throws Exception {
    server.silences.set(1);
    CompletableFuture<EspalierException> failure = new CompletableFuture<>();
    IdxSet set = TOY.set(server.base());
    Fetching patient =
        new Fetching(
            List.of(), Duration.ofSeconds(2), Duration.ofMinutes(1), List.of(), Duration.ZERO);
    Thread thread =
        new Thread(
            () -> {
              try {
                new IdxSearch(set, List.of(set), patient)
                    .open(ToySet.request(Optional.empty(), cache, true, heard));
              } catch (EspalierException e) {
                failure.complete(e);
              }
            });
    thread.start();
    while (heard.steps.stream().noneMatch(step -> step.done() == 100_000)) {
      Thread.sleep(20);
    }
    thread.interrupt();

    assertThat(failure.get(10, TimeUnit.SECONDS).code()).isEqualTo(FailureCode.CANCELLED);
    thread.join();
    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages()).last().matches(asked -> asked.range().equals("bytes=100000-"));
  }

  @Test
  void aListenerThatThrowsEndsTheDownload() {
    server.silences.set(1);
    Progress failing =
        new Progress() {
          @Override
          public void at(String what, long done, long total) {
            throw new EspalierException(FailureCode.CANCELLED, "enough");
          }

          @Override
          public void note(String message) {}
        };
    IdxSet set = TOY.set(server.base());

    assertThatThrownBy(
            () ->
                new IdxSearch(set, List.of(set), ToySet.quick())
                    .open(ToySet.request(Optional.empty(), cache, true, failing)))
        .hasMessage("enough");
    assertThat(fetch().fingerprint()).isEqualTo(TOY.fingerprint());
    assertThat(askedForImages()).hasSize(2);
  }

  @Test
  void ofTwoAtOnceOneFetchesAndTheOtherWaits() throws Exception {
    server.silences.set(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Dataset> one = threads.submit(() -> fetch());
      Future<Dataset> two = threads.submit(() -> fetch());

      assertThat(one.get().fingerprint()).isEqualTo(TOY.fingerprint());
      assertThat(two.get().fingerprint()).isEqualTo(TOY.fingerprint());
    } finally {
      threads.shutdownNow();
    }
    assertThat(askedForImages()).hasSize(2);
    assertThat(server.asked).hasSize(5);
    assertThat(heard.notes)
        .contains("waiting for another process that fetches into " + cache.resolve("toy"));
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Files.createFile(cache.resolve("toy"));

    assertThat(refusal(server.base()))
        .hasMessageContaining("cannot write to the cache " + cache.resolve("toy"));
  }
}
