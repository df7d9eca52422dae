package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
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
      return session.finish(submit(session, pipeline), spec.commandLine().getOut(), json.wanted());
    }
  }

  /** What the scenario asks for in vain is told with the file's name. */
  private String submit(Session session, Scenario pipeline) {
    try {
      return session.submit(pipeline);
    } catch (EspalierException e) {
      boolean ofScenario = e.code() == FailureCode.USAGE || e.code() == FailureCode.PLUGIN;
      throw ofScenario ? new EspalierException(e.code(), scenario + ": " + e.getMessage(), e) : e;
    }
  }
}
