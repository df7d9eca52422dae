package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bus tail}: prints what is published. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what is published at an address, a line of JSON each.",
      "Of event.RUN every event of the run's log, each once and in order, until the run has ended;"
          + " a connection that is lost is made again."
    })
final class BusTailCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BusOptions options;

  @Parameters(
      paramLabel = "ADDRESS",
      description = "event.RUN, runs, runs.deleted or script.TOPIC.")
  private String address;

  @Option(
      names = "--from",
      paramLabel = "SEQ",
      defaultValue = "1",
      description =
          "First event of event.RUN to print, by its sequence number (default: ${DEFAULT-VALUE}).")
  private int from = 1;

  @Override
  public Integer call() {
    if (from < 1) {
      throw new EspalierException(
          FailureCode.USAGE, "--from %d is not allowed (allowed: from 1)".formatted(from));
    }
    BusAddress of = BusAddress.of(address);
    PrintWriter out = spec.commandLine().getOut();
    Optional<String> run = of.eventsOf();
    if (run.isPresent()) {
      new EventTail(options.server(), run.get(), from, out).follow();
      return 0;
    }
    try (BusBridge bridge = BusBridge.open(options.server())) {
      bridge.register(of);
      do {
        out.println(JsonOption.line(bridge.next(of)));
      } while (!out.checkError());
    }
    return 0;
  }
}
