package io.espalier.plugins.idxdata;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the files of one data set from folders and lets none pass that is not the original.
 *
 * @param set whose files they must be
 * @param known the data sets that others' files are recognized as
 */
record IdxReader(IdxSet set, List<IdxSet> known) {
  /** A file of the data set in a folder, under any of its names. */
  Optional<Path> find(Path folder, IdxFile file) {
    return file.names().stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** The files of the data set that a folder lacks. */
  List<IdxFile> missing(Path folder) {
    return Arrays.stream(IdxFile.values()).filter(file -> find(folder, file).isEmpty()).toList();
  }

  /**
   * Why a folder is not the data set's, in a few words; empty if it has the four files, whatever is
   * in them.
   */
  Optional<String> lack(Path folder) {
    List<IdxFile> missing = missing(folder);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of(Files.exists(folder) ? "is not a folder" : "no such folder");
    }
    return Optional.of(
        missing.size() == IdxFile.values().length
            ? "has none of the four files"
            : "lacks " + missing.stream().map(IdxFile::label).collect(Collectors.joining(", ")));
  }

  /**
   * Opens the data set from a folder that has the four files.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) for a file that is broken or not the
   *     original
   */
  IdxDataset open(Path folder) {
    Map<IdxFile, Path> paths = new EnumMap<>(IdxFile.class);
    for (IdxFile file : IdxFile.values()) {
      paths.put(
          file,
          find(folder, file)
              .orElseThrow(
                  () ->
                      new EspalierException(
                          FailureCode.DATA, folder + " lost " + file.label() + " meanwhile")));
    }
    Map<IdxFile, IdxArray> arrays = new EnumMap<>(IdxFile.class);
    paths.forEach((file, path) -> arrays.put(file, IdxArray.read(path, file.axes())));
    IdxArray[] inOrder = arrays.values().toArray(IdxArray[]::new);
    IdxDataset dataset =
        IdxDataset.of(set.name(), set.classNames(), inOrder[0], inOrder[1], inOrder[2], inOrder[3]);
    arrays.forEach(this::requireOriginal);
    return dataset;
  }

  /**
   * Checks one file.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) if it is broken or not the original
   */
  void check(Path path, IdxFile file) {
    requireOriginal(file, IdxArray.read(path, file.axes()));
  }

  private void requireOriginal(IdxFile file, IdxArray array) {
    String found = Sha256.of(array);
    String expected = set.content(file).sha256();
    if (!found.equals(expected)) {
      throw new EspalierException(
          FailureCode.DATA,
          recognized(file, array.source(), found)
              .orElse(
                  "%s is not the %s of %s: expected SHA-256 %s (decompressed), found %s; remove it or put the original in its place"
                      .formatted(array.source(), file.label(), set.name(), expected, found)));
    }
  }

  private Optional<String> recognized(IdxFile file, String source, String sum) {
    for (IdxSet other : known) {
      for (IdxFile role : IdxFile.values()) {
        if (other.content(role).sha256().equals(sum)) {
          return Optional.of(
              other.name().equals(set.name())
                  ? "%s holds %s, not %s: the files are mixed up, rename them"
                      .formatted(source, role.label(), file.label())
                  : "%s is not of %s: these are the files of %s: use --dataset %s"
                      .formatted(source, set.name(), other.name(), other.name()));
        }
      }
    }
    return Optional.empty();
  }
}
