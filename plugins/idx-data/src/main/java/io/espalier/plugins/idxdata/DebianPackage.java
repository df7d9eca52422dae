package io.espalier.plugins.idxdata;

import java.nio.file.Path;

/**
 * A Debian package that brings a data set.
 *
 * @param name such as {@code dataset-fashion-mnist}
 * @param folder absolute folder that it installs the four files to
 */
record DebianPackage(String name, String folder) {
  /** Where the files are if the package is installed. */
  Path installed() {
    return Path.of(folder);
  }

  /** Where the files are if the package was unpacked into {@code root}. */
  Path unpacked(Path root) {
    return root.resolve(folder.substring(1));
  }
}
