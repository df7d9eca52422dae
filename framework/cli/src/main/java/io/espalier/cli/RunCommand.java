package io.espalier.cli;

import io.espalier.runtime.scenario.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    description = {
      "Runs the pipeline of a scenario file, and before it the scenario it starts from.",
      "Of a folder, runs every scenario and prints one table."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "SCENARIO", description = "Scenario file, JSON or YAML, or a folder.")
  private Path scenario;

  @Option(names = "--dashboard", description = "Serve the dashboard while it runs.")
  private boolean dashboard;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Run once with each of these seeds, and print means and deviations.")
  private List<Long> seeds = List.of();

  @Override
  public Integer call() {
    boolean folder = Files.isDirectory(scenario);
    List<Path> files = folder ? ScenarioRuns.in(scenario) : List.of(scenario);
    files.forEach(Scenario::read);
    Terminal terminal = Terminal.of(spec.commandLine(), json.wanted());
    try (Session session = Session.open(options, terminal)) {
      if (dashboard) {
        session.serve(options.port());
      }
      if (!seeds.isEmpty()) {
        return withSeeds(session, files, terminal);
      }
      ScenarioRuns runs = new ScenarioRuns(session, Optional.empty());
      List<RunResult> results = files.stream().map(runs::run).toList();
      if (!folder) {
        return session.tell(results.get(0), spec.commandLine().getOut(), json.wanted());
      }
      if (json.wanted()) {
        spec.commandLine().getOut().println(JsonOption.line(RunTable.json(results)));
      } else {
        terminal.line(RunTable.text(results));
      }
      return 0;
    }
  }

  private int withSeeds(Session session, List<Path> files, Terminal terminal) {
    List<List<RunResult>> bySeed = new ArrayList<>();
    for (long seed : seeds) {
      ScenarioRuns runs = new ScenarioRuns(session, Optional.of(seed));
      bySeed.add(files.stream().map(runs::run).toList());
    }
    SeedTable table = SeedTable.of(seeds, bySeed);
    if (json.wanted()) {
      spec.commandLine().getOut().println(JsonOption.line(table));
    } else {
      terminal.line(table.text() + "\n" + RunTable.shapes(bySeed.get(0)));
    }
    return 0;
  }
}
