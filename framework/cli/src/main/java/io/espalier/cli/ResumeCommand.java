package io.espalier.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier resume}: goes on with a run that was interrupted. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Goes on with an interrupted run from its last checkpoint.")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "RUN", description = "The run's name, or its folder.")
  private String run;

  @Option(names = "--dashboard", description = "Serve the dashboard while it runs.")
  private boolean dashboard;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    RunPlace place = RunPlace.of(run, options.out());
    try (Session session = Session.open(place.store(), options, terminal)) {
      if (dashboard) {
        session.serve(options.port());
      }
      return session.finish(
          session.resume(place.run()), spec.commandLine().getOut(), json.wanted());
    }
  }
}
