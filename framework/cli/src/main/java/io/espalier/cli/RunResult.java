package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run achieved, in the form that the commands print.
 *
 * @param folder the run's folder
 * @param measurements as the run's report holds them
 */
record RunResult(Path folder, Measurements measurements) {
  /** The answer of {@code --json}. */
  record Answer(String run, String dataset, long seed, List<Stage> stages, double seconds) {}

  /** One exported model; the figures are documented in {@link StageMeasurement}. */
  record Stage(
      String stage,
      double accuracy,
      double loss,
      double requestedSparsity,
      double achievedSparsity,
      int uniqueValues,
      long parameters,
      long nonZero,
      Bytes bytes,
      Latency latencyMicros,
      String model) {}

  /** Sizes of a model's file. */
  record Bytes(long onnx, long gzip) {}

  /** Microseconds of one inference. */
  record Latency(double p50, double p90) {}

  /**
   * Reads the measurements of a finished run.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if they cannot be read
   */
  static RunResult read(Path folder) {
    Path file = folder.resolve("measurements.json");
    try {
      return new RunResult(folder, Measurements.parse(Files.readString(file), file.toString()));
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  Answer json() {
    return new Answer(
        measurements.run(),
        measurements.dataset(),
        measurements.seed(),
        measurements.stages().stream().map(this::answer).toList(),
        measurements.seconds());
  }

  private Stage answer(StageMeasurement stage) {
    return new Stage(
        stage.stage(),
        stage.accuracy(),
        stage.loss(),
        stage.requestedSparsity(),
        stage.achievedSparsity(),
        stage.uniqueValues(),
        stage.parameters(),
        stage.nonZero(),
        new Bytes(stage.bytes().onnx(), stage.bytes().gzip()),
        new Latency(stage.latencyMicros().p50(), stage.latencyMicros().p90()),
        folder.resolve(stage.model()).toString());
  }

  /** A table for people, and where the report is. */
  String text() {
    TextTable table =
        new TextTable(
            "model",
            "accuracy",
            "loss",
            "sparsity",
            "unique",
            "non-zero",
            "onnx",
            "gzip",
            "p50 us");
    for (StageMeasurement stage : measurements.stages()) {
      table.row(
          stage.stage(),
          "%.4f".formatted(stage.accuracy()),
          "%.4f".formatted(stage.loss()),
          "%.2f %%".formatted(100 * stage.achievedSparsity()),
          stage.uniqueValues(),
          stage.nonZero(),
          stage.bytes().onnx(),
          stage.bytes().gzip(),
          "%.1f".formatted(stage.latencyMicros().p50()));
    }
    return "\n%s\n\nreport: %s\n%.1f seconds"
        .formatted(table, folder.resolve("report.html"), measurements.seconds());
  }
}
