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
      Mean containerBytes) {}

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
    List<Double> first = new ArrayList<>();
    for (List<RunResult> results : bySeed) {
      int seen = 0;
      for (RunResult result : results) {
        if (result.measurements().isPresent()) {
          String scenario = result.measurements().get().scenario();
          for (StageMeasurement stage : result.measurements().get().stages()) {
            if (seen++ == 0) {
              first.add(stage.accuracy());
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
      String scenario, String model, List<StageMeasurement> stages, List<Double> first) {
    List<Double> drops = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      drops.add(100 * (first.get(i) - stages.get(i).accuracy()));
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
        mean(stages, stage -> size(stage, false)));
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
            "container");
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
          row.containerBytes.text(0));
    }
    return "\nseeds %s\n\n%s".formatted(seeds, table);
  }
}
