package io.espalier.cli;

import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier run}: any pipeline. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs the pipeline of a scenario file.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "SCENARIO", description = "Scenario file, JSON or YAML.")
  private Path scenario;

  @Option(names = "--dashboard", description = "Serve the dashboard while it runs.")
  private boolean dashboard;

  @Override
  public Integer call() {
    Scenario pipeline = Scenario.read(scenario);
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      if (dashboard) {
        session.serve(options.port());
      }
      return session.finish(session.submit(pipeline), spec.commandLine().getOut(), json.wanted());
    }
  }
}
