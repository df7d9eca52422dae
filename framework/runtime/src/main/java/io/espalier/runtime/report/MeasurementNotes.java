package io.espalier.runtime.report;

import java.util.List;

/** What both reports say on how figures came about and how to get them again. */
final class MeasurementNotes {
  /** Runs the scenario again. */
  static final String COMMAND = "espalier run scenario.json";

  private MeasurementNotes() {}

  /** How the figures were measured. */
  static String method(Measurements run) {
    StageMeasurement first = run.stages().get(0);
    return ("Accuracy and loss: the whole test split, %s samples, on ONNX Runtime. "
            + "Sparsity: share of zeros among the prunable weights of the exported file. "
            + "Latency: one sample on one thread after at least %s warm-up inferences.")
        .formatted(
            Figures.count(first.samples()),
            Figures.count(
                run.stages().stream()
                    .mapToInt(stage -> stage.latencyMicros().warmUps())
                    .min()
                    .orElse(0)));
  }

  /** Names and values of what the figures depend on. */
  static List<List<String>> facts(Measurements run) {
    Host host = run.host();
    return List.of(
        List.of("Seed", Long.toString(run.seed())),
        List.of("Data set", run.dataset()),
        List.of("Fingerprint of the data", run.datasetFingerprint()),
        List.of("Espalier", run.frameworkVersion()),
        List.of("System", host.os() + ", " + host.architecture()),
        List.of("Processor", host.cpu() + ", " + host.cpus() + " in use"),
        List.of("Java", host.java()));
  }
}
