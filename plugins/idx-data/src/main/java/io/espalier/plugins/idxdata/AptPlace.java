package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A Debian package that apt fetches and dpkg unpacks into a folder {@code .apt} of the cache,
 * removed afterwards: nothing is installed and no rights of the administrator are needed. Its files
 * go to the cache, each checked before.
 *
 * @param cache the data set's folder of the cache
 */
record AptPlace(IdxReader reader, DebianPackage debian, Path cache, Fetching fetching)
    implements Place {
  @Override
  public String name() {
    return "apt-get download " + debian.name();
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Dataset open(Progress progress) throws UnavailableException {
    Command apt = Command.find("apt-get", fetching);
    Command dpkg = Command.find("dpkg-deb", fetching);
    try (CacheLock lock = CacheLock.of(cache, fetching.command(), progress)) {
      Path folder = lock.folder().resolve(".apt");
      remove(folder);
      Files.createDirectory(folder);
      try {
        progress.note(name() + " into " + folder);
        apt.run(folder, progress, "-q", "download", debian.name());
        Path root = folder.resolve("root");
        dpkg.run(folder, progress, "-x", packageFile(folder).toString(), root.toString());
        take(debian.unpacked(root));
      } finally {
        remove(folder);
      }
      return reader.open(cache);
    } catch (IOException e) {
      throw new UnavailableException("cannot write to the cache " + cache + " (" + e + ")", e);
    }
  }

  private Path packageFile(Path folder) throws IOException, UnavailableException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".deb"))
          .min(Comparator.naturalOrder())
          .orElseThrow(() -> new UnavailableException("apt-get left no package file"));
    }
  }

  private void take(Path unpacked) throws IOException, UnavailableException {
    for (IdxFile file : reader.missing(cache)) {
      Path found =
          reader
              .find(unpacked, file)
              .orElseThrow(() -> new UnavailableException("the package lacks " + file.label()));
      try {
        reader.check(found, file);
      } catch (EspalierException e) {
        throw new UnavailableException("the package was refused: " + e.getMessage(), e);
      }
      Files.move(found, cache.resolve(found.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw EspalierException.cannot("remove", folder, e);
    }
  }
}
