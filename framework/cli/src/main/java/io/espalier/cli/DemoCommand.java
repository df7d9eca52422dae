package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.Use;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier demo}: the main job, the scenario of {@code examples/quickstart}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Trains, prunes, clusters and measures a small CNN on real images.",
      "This is the scenario of examples/quickstart."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String DIGITS = "digits";
  private static final List<String> ZALANDO_THEN_NIST = List.of("fashion-mnist", "mnist");

  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;

  @Option(
      names = ExtensionOptions.DATASET,
      paramLabel = "NAME",
      description =
          "fashion-mnist, mnist or digits (default: what --data-dir holds, else fashion-mnist).")
  private @Nullable String dataset;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all chance.")
  private @Nullable Long seed;

  @Option(names = "--headless", description = "No dashboard; end with the run.")
  private boolean headless;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      if (!headless) {
        session.serve(options.port());
      }
      String run = session.submit(scenario(choose(session, terminal)));
      int code = session.finish(run, spec.commandLine().getOut(), json.wanted());
      if (!headless) {
        terminal.line("The dashboard stays until Ctrl-C.");
        session.untilInterrupted();
      }
      return code;
    }
  }

  private Scenario scenario(String chosen) {
    String file = chosen.equals(DIGITS) ? "digits.yaml" : "scenario.yaml";
    Scenario scenario =
        Scenario.read(Home.current().example("quickstart").resolve(file))
            .withDataset(Use.of(chosen));
    return seed == null ? scenario : scenario.withSeed(seed);
  }

  /** The data set that was asked for or that is there; where none is to be had, the digits. */
  private String choose(Session session, Terminal terminal) {
    if (DIGITS.equals(dataset)) {
      return DIGITS;
    }
    List<String> wanted = dataset == null ? ZALANDO_THEN_NIST : List.of(dataset);
    Optional<EspalierException> refused = Optional.empty();
    for (String name : options.dataDir().isPresent() ? wanted : wanted.subList(0, 1)) {
      try {
        session.open(name);
        return name;
      } catch (EspalierException e) {
        if (e.code() == FailureCode.NOT_FOUND) {
          terminal.line(e.getMessage());
          terminal.line(
              "Running on the 1,797 handwritten digits that Espalier ships, scaled to 28x28.");
          return DIGITS;
        }
        if (e.code() != FailureCode.DATA) {
          throw e;
        }
        refused = Optional.of(refused.orElse(e));
      }
    }
    throw refused.orElseThrow();
  }
}
