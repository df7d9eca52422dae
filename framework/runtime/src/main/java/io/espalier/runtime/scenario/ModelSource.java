package io.espalier.runtime.scenario;

import java.nio.file.Path;

/** Where a run's model comes from. */
public sealed interface ModelSource {
  /** A net that the framework builds, initialised from the run's seed. */
  record Builder(String name) implements ModelSource {}

  /** A file: ONNX, or a format that a plugin adds. */
  record ModelFile(Path path) implements ModelSource {}

  /**
   * What a run of another scenario exports last. Whoever submits the scenario has to run that one
   * first and put the file in its place, see {@link Scenario#withModel}.
   */
  record EarlierRun(Path scenario) implements ModelSource {}
}
