package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder on this machine.
 *
 * @param candidates the folder, after its sub-folders that are preferred to it; the first that has
 *     the four files counts
 * @param name for messages
 * @param own whether the folder is the user's, who must hear of files that are not the originals; a
 *     folder of the system is passed over then
 * @param slow whether the user should hear that it does not have the data set
 */
record FolderPlace(IdxReader reader, List<Path> candidates, String name, boolean own, boolean slow)
    implements Place {

  /** The folder that the user named: the files lie in it or in a sub-folder named after the set. */
  static FolderPlace named(IdxReader reader, Path folder) {
    return new FolderPlace(
        reader,
        List.of(folder.resolve(reader.set().name()), folder),
        folder + " (the folder given)",
        true,
        true);
  }

  /** The data set's folder of the user's cache. */
  static FolderPlace cached(IdxReader reader, Path folder) {
    return new FolderPlace(reader, List.of(folder), folder + " (cache)", true, false);
  }

  /** The folder of a Debian package. */
  static FolderPlace installed(IdxReader reader, DebianPackage debian) {
    Path folder = debian.installed();
    return new FolderPlace(
        reader, List.of(folder), folder + " (Debian package " + debian.name() + ")", false, false);
  }

  @Override
  public Dataset open(Progress progress) throws UnavailableException {
    Optional<String> lack = Optional.empty();
    for (Path folder : candidates) {
      lack = reader.lack(folder);
      if (lack.isEmpty()) {
        return open(folder);
      }
    }
    throw new UnavailableException(lack.orElse("no folder"));
  }

  private Dataset open(Path folder) throws UnavailableException {
    try {
      return reader.open(folder);
    } catch (EspalierException e) {
      if (own) {
        throw e;
      }
      throw new UnavailableException(String.valueOf(e.getMessage()), e);
    }
  }
}
