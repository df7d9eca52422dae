package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.plugin.KnownExtensions;
import io.espalier.runtime.plugin.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folders of an installation and of its user.
 *
 * @param root of the distribution: {@code bin lib plugins conf examples}
 */
record Home(Path root) {
  /** The installation that the launcher named in the system property {@code espalier.home}. */
  static Home current() {
    String home = System.getProperty("espalier.home");
    if (home == null || !Files.isDirectory(Path.of(home))) {
      throw new EspalierException(
          FailureCode.USAGE,
          "the system property espalier.home names no folder: start with the script 'espalier'");
    }
    return new Home(Path.of(home));
  }

  Path plugins() {
    return root.resolve("plugins");
  }

  /** Its plugins; whoever asks for them closes them. */
  Plugins load() {
    return Plugins.load(plugins(), KnownExtensions.read(knownExtensions()));
  }

  Path knownExtensions() {
    return root.resolve("conf").resolve("extensions.properties");
  }

  Path example(String name) {
    return root.resolve("examples").resolve(name);
  }

  /** Where fetched data sets are kept: {@code $XDG_CACHE_HOME/espalier}, else under the home. */
  static Path cache() {
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("espalier");
  }
}
