package io.espalier.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a run that a user names is.
 *
 * @param store the folder of runs
 * @param run the run's name
 */
record RunPlace(Path store, String run) {
  /** A run by its folder, or by its name in a folder of runs. */
  static RunPlace of(String named, Path out) {
    Path folder = Path.of(named).toAbsolutePath().normalize();
    Path parent = folder.getParent();
    boolean isFolder = named.indexOf('/') >= 0 || Files.isRegularFile(folder.resolve("events.log"));
    return isFolder && parent != null
        ? new RunPlace(parent, folder.getFileName().toString())
        : new RunPlace(out, named);
  }
}
