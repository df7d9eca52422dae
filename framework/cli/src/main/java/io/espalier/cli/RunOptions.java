package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.Espalier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that runs a pipeline. */
final class RunOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Folder that keeps a folder for each run (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs");

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder to look into first for data sets.")
  private @Nullable Path dataDir;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port of the dashboard; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(names = "--offline", description = "Never fetch a data set from the network.")
  private boolean offline;

  @Option(
      names = "--extension-timeout",
      paramLabel = "SECONDS",
      defaultValue = "" + Espalier.Options.PATIENCE_SECONDS,
      description =
          "How long a plugin may give no sign of life before its stage fails (default:"
              + " ${DEFAULT-VALUE}).")
  private int extensionTimeout = Espalier.Options.PATIENCE_SECONDS;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description =
          "Script that watches and steers the runs of this command, such as watch.js; it reaches"
              + " nothing else.")
  private @Nullable Path script;

  /**
   * How long an extension may give no sign of life.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) for none or less
   */
  Duration patience() {
    return Duration.ofSeconds(AtLeastOne.of("--extension-timeout", extensionTimeout));
  }

  /**
   * Where runs are kept.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if there is a file in its place
   */
  Path out() {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new EspalierException(FailureCode.USAGE, "--out: " + out + " is no folder");
    }
    return out;
  }

  /**
   * Where data sets are looked for first.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if there is no such folder
   */
  Optional<Path> dataDir() {
    if (dataDir != null && !Files.isDirectory(dataDir)) {
      throw new EspalierException(FailureCode.USAGE, "--data-dir: there is no folder " + dataDir);
    }
    return Optional.ofNullable(dataDir);
  }

  Optional<Path> script() {
    return Optional.ofNullable(script);
  }

  int port() {
    return port;
  }

  boolean mayFetch() {
    return !offline;
  }
}
