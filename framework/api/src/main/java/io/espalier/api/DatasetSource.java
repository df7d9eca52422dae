package io.espalier.api;

import java.nio.file.Path;
import java.util.Optional;

/** Finds a data set, fetches it where it must, checks and opens it. */
public interface DatasetSource extends Extension {
  /**
   * Opens the data set.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) if it is broken; ({@link
   *     FailureCode#NOT_FOUND}) if it is nowhere to be had, with the places that were looked into
   */
  Dataset open(Request request);

  /**
   * Where to look and what is allowed.
   *
   * @param parameters of the source
   * @param dataDir a folder that the user named, looked into first
   * @param cache the user's cache, where fetched files are kept
   * @param mayFetch whether files may be fetched from the network
   * @param progress told about long work
   */
  record Request(
      Parameters parameters,
      Optional<Path> dataDir,
      Path cache,
      boolean mayFetch,
      Progress progress) {}
}
