package io.espalier.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code espalier bus publish}: tells without waiting for an answer. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes to an address: to all scripts that tail script.TOPIC, or a request whose answer nobody wants.",
      "Returns once the server has taken it."
    })
final class BusPublishCommand implements Callable<Integer> {
  @Mixin private BusOptions options;

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Such as script.notes.")
  private String address;

  @Parameters(
      index = "1",
      paramLabel = "JSON",
      description = "A JSON object; - publishes each line of standard input.")
  private String body;

  @Override
  public Integer call() {
    BusAddress to = BusAddress.of(address);
    try (BusBridge bridge = BusBridge.open(options.server())) {
      BusLines.of(body).forEach(line -> bridge.publish(to, BusBridge.body(line)));
    }
    return 0;
  }
}
