package io.espalier.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.espalier.runtime.measure.ModelSizes;
import io.espalier.runtime.report.StageMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The models of several scenarios, each run with several seeds: means and sample deviations.
 *
 * @param seeds the seeds
 * @param models a row for each exported model, in order; the first is what others are compared with
 */
record SeedTable(List<Long> seeds, List<Row> models) {
  /**
   * One model.
   *
   * @param scenario the scenario's name
   * @param model the export's name
   * @param accuracy on the test split
   * @param dropPoints how many points of accuracy it has less than the first model of the same seed
   * @param sparsity share of zeros among the prunable weights
   * @param uniqueValues of the prunable weights
   * @param onnxBytes size of the file
   * @param zipBytes size of the file in a zip archive
   * @param containerBytes size as a compact container
   * @param parameters elements of all float tensors
   * @param latencyMicros median time of one inference
   * @param latencyShare of the first model's of the same seed
   * @param layers the shapes of its layers with the first seed
   */
  record Row(
      String scenario,
      String model,
      Mean accuracy,
      Mean dropPoints,
      Mean sparsity,
      Mean uniqueValues,
      Mean onnxBytes,
      Mean zipBytes,
      Mean containerBytes,
      Mean parameters,
      Mean latencyMicros,
      Mean latencyShare,
      List<RunResult.Shaped> layers) {}

  /** Mean and sample standard deviation. */
  record Mean(double mean, double deviation) {
    static Mean of(List<Double> values) {
      double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
      double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
      return new Mean(mean, values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)));
    }

    String text(int digits) {
      String format = "%." + digits + "f";
      return String.format(Locale.ROOT, format + " ± " + format, mean, deviation);
    }
  }

  /**
   * The table of some runs.
   *
   * @param bySeed results of all scenarios for each seed
   */
  static SeedTable of(List<Long> seeds, List<List<RunResult>> bySeed) {
    Map<List<String>, List<StageMeasurement>> models = new LinkedHashMap<>();
    List<StageMeasurement> first = new ArrayList<>();
    for (List<RunResult> results : bySeed) {
      int seen = 0;
      for (RunResult result : results) {
        if (result.measurements().isPresent()) {
          String scenario = result.measurements().get().scenario();
          for (StageMeasurement stage : result.measurements().get().stages()) {
            if (seen++ == 0) {
              first.add(stage);
            }
            models
                .computeIfAbsent(List.of(scenario, stage.stage()), key -> new ArrayList<>())
                .add(stage);
          }
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    models.forEach((key, stages) -> rows.add(row(key.get(0), key.get(1), stages, first)));
    return new SeedTable(List.copyOf(seeds), List.copyOf(rows));
  }

  private static Row row(
      String scenario, String model, List<StageMeasurement> stages, List<StageMeasurement> first) {
    List<Double> drops = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      drops.add(100 * (first.get(i).accuracy() - stages.get(i).accuracy()));
      shares.add(latency(stages.get(i)) / latency(first.get(i)));
    }
    return new Row(
        scenario,
        model,
        mean(stages, StageMeasurement::accuracy),
        Mean.of(drops),
        mean(stages, StageMeasurement::achievedSparsity),
        mean(stages, StageMeasurement::uniqueValues),
        mean(stages, stage -> stage.bytes().onnx()),
        mean(stages, stage -> size(stage, true)),
        mean(stages, stage -> size(stage, false)),
        mean(stages, StageMeasurement::parameters),
        mean(stages, SeedTable::latency),
        Mean.of(shares),
        RunResult.shapes(stages.get(0)));
  }

  private static double latency(StageMeasurement stage) {
    return stage.latencyMicros().p50();
  }

  private static double size(StageMeasurement stage, boolean zip) {
    ModelSizes sizes = stage.sizes();
    return sizes == null ? Double.NaN : zip ? sizes.zip() : sizes.espalier();
  }

  private interface Figure {
    double of(StageMeasurement stage);
  }

  private static Mean mean(List<StageMeasurement> stages, Figure figure) {
    return Mean.of(stages.stream().map(figure::of).toList());
  }

  /** For people. */
  @JsonIgnore
  String text() {
    TextTable table =
        new TextTable(
            "scenario",
            "model",
            "accuracy",
            "drop, points",
            "sparsity",
            "unique",
            "file",
            "zip",
            "container",
            "parameters",
            "p50 us",
            "of first");
    for (Row row : models) {
      table.row(
          row.scenario,
          row.model,
          row.accuracy.text(4),
          row.dropPoints.text(2),
          row.sparsity.text(4),
          String.format(Locale.ROOT, "%.0f", row.uniqueValues.mean),
          String.format(Locale.ROOT, "%.0f", row.onnxBytes.mean),
          row.zipBytes.text(0),
          row.containerBytes.text(0),
          String.format(Locale.ROOT, "%,.0f", row.parameters.mean),
          row.latencyMicros.text(1),
          row.latencyShare.text(2));
    }
    return "\nseeds %s\n\n%s".formatted(seeds, table);
  }
}
