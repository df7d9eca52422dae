package io.espalier.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bus request}: asks and prints the answer. */
@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = {
      "Sends a request and prints the answer as a line of JSON.",
      "Ends with the exit code of the failure that is answered."
    })
final class BusRequestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BusOptions options;

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Such as run.list or run.cancel.")
  private String address;

  @Parameters(
      index = "1",
      paramLabel = "JSON",
      defaultValue = "{}",
      description =
          "The request, such as '{\"run\": \"NAME\"}'; - sends each line of standard input.")
  private String body;

  @Override
  public Integer call() {
    BusAddress to = BusAddress.of(address);
    try (BusBridge bridge = BusBridge.open(options.server())) {
      BusLines.of(body)
          .forEach(
              line ->
                  spec.commandLine()
                      .getOut()
                      .println(JsonOption.line(bridge.request(to, BusBridge.body(line)))));
    }
    return 0;
  }
}
