package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier plugin new}: a project to start a plugin from. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Writes a project that builds and tests a pruner of one's own.")
final class PluginNewCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "The plugin's id: lower-case words with hyphens, such as row-pruner.")
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The folder to write (default: NAME).")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "name '%s' is not allowed (allowed: lower-case words with hyphens, such as row-pruner)"
              .formatted(name));
    }
    Path target = folder == null ? Path.of(name) : folder;
    new PluginProject(name).write(Home.current().example("own-pruner"), target);
    spec.commandLine()
        .getOut()
        .printf("%s: run 'mvn package' there; README.md says how to go on%n", target);
    return 0;
  }
}
