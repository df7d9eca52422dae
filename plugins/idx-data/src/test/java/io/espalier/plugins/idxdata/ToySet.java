package io.espalier.plugins.idxdata;

import io.espalier.api.DatasetSource;
import io.espalier.api.Description;
import io.espalier.api.Parameters;
import io.espalier.api.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** A small data set in idx form with random contents. */
record ToySet(String name, Map<IdxFile, byte[]> files) {
  static final int SIDE = 28;
  static final int TRAIN = 600;
  static final int TEST = 100;

  static ToySet of(String name, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<IdxFile, byte[]> files = new EnumMap<>(IdxFile.class);
    files.put(IdxFile.TRAIN_IMAGES, images(random, TRAIN, SIDE, SIDE));
    files.put(IdxFile.TRAIN_LABELS, labels(random, TRAIN));
    files.put(IdxFile.TEST_IMAGES, images(random, TEST, SIDE, SIDE));
    files.put(IdxFile.TEST_LABELS, labels(random, TEST));
    return new ToySet(name, files);
  }

  static byte[] images(SplittableRandom random, int count, int rows, int columns) {
    byte[] pixels = new byte[count * rows * columns];
    random.nextBytes(pixels);
    return idx(0x803, pixels, count, rows, columns);
  }

  private static byte[] labels(SplittableRandom random, int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(10);
    }
    return idx(0x801, labels, count);
  }

  static byte[] idx(int magic, byte[] elements, int... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dims.length + elements.length).putInt(magic);
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    return bytes.put(elements).array();
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  static String sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  byte[] bytes(IdxFile file) {
    return Optional.ofNullable(files.get(file)).orElseThrow();
  }

  IdxSet set(List<URI> bases, Optional<DebianPackage> debian) {
    Map<IdxFile, IdxSet.Content> contents = new EnumMap<>(IdxFile.class);
    files.forEach(
        (file, bytes) -> contents.put(file, new IdxSet.Content(bytes.length, sha256(bytes))));
    return new IdxSet(name, IdxSet.DIGITS, contents, bases, debian);
  }

  IdxSet set(URI... bases) {
    return set(List.of(bases), Optional.empty());
  }

  IdxReader reader() {
    return new IdxReader(set(), List.of(set()));
  }

  String fingerprint() {
    return sha256(
        bytes(IdxFile.TRAIN_IMAGES),
        bytes(IdxFile.TRAIN_LABELS),
        bytes(IdxFile.TEST_IMAGES),
        bytes(IdxFile.TEST_LABELS));
  }

  /** Writes the compressed files. */
  Path into(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (IdxFile file : IdxFile.values()) {
      Files.write(folder.resolve(file.compressed()), gzip(bytes(file)));
    }
    return folder;
  }

  /** Settings of tests: no outside programs, short waits. */
  static Fetching quick(Path... commandPath) {
    return new Fetching(
        List.of(commandPath),
        Duration.ofSeconds(2),
        Duration.ofMillis(600),
        List.of(Duration.ofMillis(10), Duration.ofMillis(10)),
        Duration.ofSeconds(20));
  }

  static DatasetSource.Request request(
      Optional<Path> dataDir, Path cache, boolean mayFetch, Progress progress) {
    return new DatasetSource.Request(
        Parameters.of(Description.of("toy", "A toy."), Map.of()),
        dataDir,
        cache,
        mayFetch,
        progress);
  }
}
