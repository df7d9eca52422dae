package io.espalier.cli;

import io.espalier.runtime.gateway.GatewayOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier serve}: the dashboard over a folder of runs. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serves the dashboard over a folder of runs until Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private ServeOptions serving;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.of(spec.commandLine(), false);
    GatewayOptions gateway = serving.of(options);
    try (Session session = Session.open(options, terminal)) {
      session.serve(gateway);
      session.untilInterrupted();
      return 0;
    }
  }
}
