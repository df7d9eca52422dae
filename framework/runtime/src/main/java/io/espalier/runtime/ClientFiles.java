package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which files a scenario may name that came from a client of the gateway: those in the folder of
 * runs, in the data folder and in the folder that the process was started in, links followed.
 * Anything else is refused without being looked at.
 */
final class ClientFiles {
  private final List<Path> allowed;

  ClientFiles(Espalier.Options options) {
    this.allowed =
        Stream.of(Optional.of(options.runs()), options.dataDir(), Optional.of(Path.of("")))
            .flatMap(Optional::stream)
            .map(ClientFiles::real)
            .toList();
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
      requireValue(place, stage.given());
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
    } else if (value instanceof String text && leavesItsFolder(text)) {
      require(place, Path.of(text));
    }
  }

  /** Whether a text, taken for a path, leads anywhere but below the folder it starts from. */
  private static boolean leavesItsFolder(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute() || path.normalize().startsWith("..");
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void require(String place, Path file) {
    Path real = real(file);
    if (allowed.stream().noneMatch(real::startsWith)) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s: %s is not allowed: clients may only name files in the folder of runs, the data folder and the server's own folder"
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
