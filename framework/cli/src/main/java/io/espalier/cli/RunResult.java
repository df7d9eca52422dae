package io.espalier.cli;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.runtime.RunFolder;
import io.espalier.runtime.measure.ModelSizes;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run achieved, in the form that the commands print.
 *
 * @param folder the run's folder
 * @param measurements as the run's report holds them; empty if the run exported no model
 */
record RunResult(RunFolder folder, Optional<Measurements> measurements) {
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
      String model,
      @Nullable ModelSizes sizes,
      List<Shaped> layers) {}

  /** The shape of a prunable layer's weight. */
  record Shaped(String layer, List<Long> shape) {}

  /** Sizes of a model's file. */
  record Bytes(long onnx, long gzip) {}

  /** Microseconds of one inference. */
  record Latency(double p50, double p90) {}

  /**
   * Reads the measurements of a finished run; a run that exports no model has none.
   *
   * @throws EspalierException ({@link FailureCode#IO}) if they cannot be read
   */
  static RunResult read(RunFolder folder) {
    Path file = folder.measurements();
    if (!Files.exists(file)) {
      return new RunResult(folder, Optional.empty());
    }
    try {
      return new RunResult(
          folder, Optional.of(Measurements.parse(Files.readString(file), file.toString())));
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** For {@code --json}: an {@link Answer}, or the run's name and no stages. */
  Object json() {
    return measurements
        .<Object>map(this::answer)
        .orElseGet(() -> Map.of("run", folder.id(), "stages", List.of()));
  }

  private Answer answer(Measurements measured) {
    return new Answer(
        measured.run(),
        measured.dataset(),
        measured.seed(),
        measured.stages().stream().map(this::answer).toList(),
        measured.seconds());
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
        folder.root().resolve(stage.model()).toString(),
        stage.sizes(),
        shapes(stage));
  }

  /** The shapes of a model's layers. */
  static List<Shaped> shapes(StageMeasurement stage) {
    return stage.layers().stream().map(layer -> new Shaped(layer.layer(), layer.shape())).toList();
  }

  /** A table for people, and where the report is. */
  String text() {
    return measurements
        .map(this::text)
        .orElse("no stage of the scenario exports a model: nothing was measured");
  }

  private String text(Measurements measured) {
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
    for (StageMeasurement stage : measured.stages()) {
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
    return "\n%s\n%s\nreport: %s\n%.1f seconds"
        .formatted(table, ShapeTable.of(measured), folder.reportHtml(), measured.seconds());
  }
}
