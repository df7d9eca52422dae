package io.espalier.cli;

import io.espalier.runtime.measure.ModelSizes;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The models of several runs in one table. */
final class RunTable {
  private RunTable() {}

  /** For {@code --json}. */
  static Object json(List<RunResult> results) {
    return Map.of("runs", results.stream().map(RunResult::json).toList());
  }

  /** For people. */
  static String text(List<RunResult> results) {
    TextTable table =
        new TextTable(
            "scenario",
            "model",
            "accuracy",
            "sparsity",
            "unique",
            "file",
            "zip",
            "deflated",
            "codebook",
            "container",
            "p50 us");
    double seconds = 0;
    for (RunResult result : results) {
      if (result.measurements().isPresent()) {
        Measurements measured = result.measurements().get();
        seconds += measured.seconds();
        measured.stages().forEach(stage -> row(table, measured.scenario(), stage));
      }
    }
    return "\n%s\n%s\n%s\n%.1f seconds"
        .formatted(table, shapes(results), ModelSizes.VERDICT, seconds);
  }

  /** What became of the shapes in the runs that took channels out. */
  static String shapes(List<RunResult> results) {
    return results.stream()
        .flatMap(result -> result.measurements().stream())
        .map(ShapeTable::of)
        .collect(Collectors.joining());
  }

  private static void row(TextTable table, String scenario, StageMeasurement stage) {
    ModelSizes sizes = stage.sizes();
    table.row(
        scenario,
        stage.stage(),
        "%.4f".formatted(stage.accuracy()),
        "%.2f %%".formatted(100 * stage.achievedSparsity()),
        stage.uniqueValues(),
        stage.bytes().onnx(),
        sizes == null ? "-" : sizes.zip(),
        sizes == null ? "-" : "%.1f %%".formatted(100 * sizes.deflation()),
        sizes == null ? "-" : sizes.onnxCodebook(),
        sizes == null ? "-" : sizes.espalier(),
        "%.1f".formatted(stage.latencyMicros().p50()));
  }
}
