package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.report.StageMeasurement;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs scenarios one after the other, each that another one starts from before it and only once: so
 * that many variants share one trained model.
 */
final class ScenarioRuns {
  private static final Set<String> ENDINGS = Set.of(".yaml", ".yml", ".json");

  private final Session session;
  private final Optional<Long> seed;
  private final Map<Path, RunResult> done = new LinkedHashMap<>();
  private final Set<Path> underWay = new LinkedHashSet<>();

  /**
   * @param seed for all of them, in place of their own
   */
  ScenarioRuns(Session session, Optional<Long> seed) {
    this.session = session;
    this.seed = seed;
  }

  /**
   * The scenario files of a folder, numbers in names in the order of their size.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) if there is none
   */
  static List<Path> in(Path folder) {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
              .sorted((a, b) -> sortKey(a).compareTo(sortKey(b)))
              .toList();
    } catch (IOException e) {
      throw EspalierException.cannot("list the scenarios in", folder, e);
    }
    if (files.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE, "%s has no scenario (*.yaml, *.yml, *.json)".formatted(folder));
    }
    return files;
  }

  /** A file's name with every whole number as wide as any. */
  private static String sortKey(Path file) {
    return java.util.regex.Pattern.compile("\\d+")
        .matcher(file.getFileName().toString())
        .replaceAll(number -> String.format(Locale.ROOT, "%12s", number.group()));
  }

  /**
   * Runs a scenario file, and before it the one that it starts from.
   *
   * @throws EspalierException if one of them cannot be run or fails; a message names its file
   */
  RunResult run(Path file) {
    Path path = file.toAbsolutePath().normalize();
    RunResult known = done.get(path);
    if (known != null) {
      return known;
    }
    if (!underWay.add(path)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "scenarios start from each other: "
              + underWay.stream()
                  .map(one -> String.valueOf(one.getFileName()))
                  .collect(Collectors.joining(", ")));
    }
    Scenario written = Scenario.read(file);
    Scenario scenario = seed.map(written::withSeed).orElse(written);
    if (scenario.model() instanceof ModelSource.EarlierRun earlier) {
      scenario = scenario.withModel(new ModelSource.ModelFile(lastModel(earlier.scenario())));
    }
    RunResult result = session.await(submit(file, scenario));
    underWay.remove(path);
    done.put(path, result);
    return result;
  }

  /** What the scenario asks for in vain is told with the file's name. */
  private String submit(Path file, Scenario scenario) {
    try {
      return session.submit(scenario);
    } catch (EspalierException e) {
      boolean ofScenario = e.code() == FailureCode.USAGE || e.code() == FailureCode.PLUGIN;
      throw ofScenario ? new EspalierException(e.code(), file + ": " + e.getMessage(), e) : e;
    }
  }

  private Path lastModel(Path scenario) {
    RunResult earlier = run(scenario);
    List<StageMeasurement> models = new ArrayList<>();
    earlier.measurements().ifPresent(measured -> models.addAll(measured.stages()));
    if (models.isEmpty()) {
      throw new EspalierException(
          FailureCode.USAGE,
          scenario + ": exports no model that another scenario could start from");
    }
    return earlier.folder().root().resolve(models.get(models.size() - 1).model());
  }
}
