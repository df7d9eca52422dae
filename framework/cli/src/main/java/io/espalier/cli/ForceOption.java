package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that lets a command overwrite what it was told to write. */
final class ForceOption {
  @Option(names = "--force", description = "Overwrite the output if it is there.")
  private boolean force;

  /**
   * Says before anything is computed whether a command's output can be written.
   *
   * @param output none where nothing was asked for
   * @throws EspalierException ({@link FailureCode#IO}) if it is a folder or in none; ({@link
   *     FailureCode#USAGE}) if it is there and was not to be overwritten
   */
  void require(@Nullable Path output) {
    if (output == null) {
      return;
    }
    if (Files.isDirectory(output)) {
      throw unwritable(output, "it is a folder");
    }
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw unwritable(output, "its folder does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(output, "permission denied");
    }
    if (!force && Files.exists(output)) {
      throw new EspalierException(
          FailureCode.USAGE, output + " exists already; --force overwrites it");
    }
  }

  private static EspalierException unwritable(Path output, String why) {
    return new EspalierException(FailureCode.IO, "cannot write %s: %s".formatted(output, why));
  }
}
