package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which files a scenario may name that came from a client of the gateway: those in the folder of
 * runs and in the data folder, links followed. Anything else is refused without being read.
 *
 * <p>What an extension's parameter means is the plugin's affair; so a text is taken for a file if
 * it can be one: it is absolute, climbs, or names something that is there.
 */
final class ClientFiles {
  private final Espalier.Options options;
  private final List<Path> allowed;

  ClientFiles(Espalier.Options options) {
    this.options = options;
    this.allowed =
        Stream.of(Optional.of(options.runs()), options.dataDir())
            .flatMap(Optional::stream)
            .map(ClientFiles::real)
            .toList();
  }

  /** Where a client's relative paths start. */
  Path base() {
    return options.dataDir().orElse(options.runs()).toAbsolutePath();
  }

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the place in the scenario
   */
  void require(Scenario scenario) {
    if (scenario.model() instanceof ModelSource.ModelFile file) {
      require("model.file", file.path());
    } else if (scenario.model() instanceof ModelSource.EarlierRun earlier) {
      require("model.scenario", earlier.scenario());
    }
    require("dataset", scenario.dataset());
    for (int i = 0; i < scenario.stages().size(); i++) {
      StageSpec stage = scenario.stages().get(i);
      String place = "stages[%d]".formatted(i);
      stage.uses().forEach((role, use) -> require(place + "." + role.key(), use));
    }
  }

  private void require(String place, Use use) {
    requireValue(place + ".parameters", use.parameters());
  }

  private void requireValue(String place, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, each) -> requireValue(place + "." + name, each));
    } else if (value instanceof Iterable<?> list) {
      list.forEach(each -> requireValue(place, each));
    } else if (value instanceof String text && mayBeFile(text)) {
      require(place, Path.of(text));
    }
  }

  private static boolean mayBeFile(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute()
          || path.normalize().startsWith("..")
          || !text.isEmpty() && Files.exists(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void require(String place, Path file) {
    Path real = real(file);
    if (allowed.stream().noneMatch(real::startsWith)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s: %s is not allowed: clients may only name files in the folder of runs and the data folder"
              .formatted(place, file));
    }
  }

  /** Where a path leads, links followed as far as there is something. */
  private static Path real(Path path) {
    Path whole = path.toAbsolutePath().normalize();
    for (Path there = whole; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(whole));
      } catch (IOException e) {
        // What is not there cannot be a link; its folder may be.
      }
    }
    return whole;
  }
}
