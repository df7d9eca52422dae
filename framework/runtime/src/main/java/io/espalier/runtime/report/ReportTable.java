package io.espalier.runtime.report;

import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.List;
import java.util.function.Function;

/**
 * A table of a report, as plain text: what writes a report gives it its form.
 *
 * @param head the names of the columns
 * @param texts how many columns, from the left, are text; the others are numbers
 * @param rows a cell for each column
 */
record ReportTable(List<String> head, int texts, List<List<String>> rows) {
  private static final List<String> STAGES =
      List.of(
          "Stage",
          "Accuracy",
          "Change",
          "Loss",
          "Sparsity asked",
          "Sparsity found",
          "Unique values",
          "Non-zero",
          "Latency p50",
          "Latency p90");
  private static final List<String> FILES =
      List.of("Stage", "File", "ONNX bytes", "Smaller", "Gzip bytes", "Smaller");
  private static final List<String> LAYERS =
      List.of("Layer", "Type", "Shape", "Weights", "Zeros", "Sparsity", "Unique values");

  ReportTable {
    head = List.copyOf(head);
    rows = List.copyOf(rows);
  }

  /** What each model of a run does, against the first. */
  static ReportTable stages(Measurements run) {
    double first = run.stages().get(0).accuracy();
    return of(
        STAGES,
        1,
        run.stages(),
        stage ->
            List.of(
                stage.stage(),
                Figures.percent(stage.accuracy()),
                Figures.points(stage.accuracy() - first),
                Figures.loss(stage.loss()),
                Figures.percent(stage.requestedSparsity()),
                Figures.percent(stage.achievedSparsity()),
                Figures.count(stage.uniqueValues()),
                Figures.count(stage.nonZero()) + " of " + Figures.count(stage.parameters()),
                Figures.micros(stage.latencyMicros().p50()) + " µs",
                Figures.micros(stage.latencyMicros().p90()) + " µs"));
  }

  /** What the file of each model weighs, against that of the first. */
  static ReportTable files(Measurements run) {
    StageMeasurement first = run.stages().get(0);
    return of(
        FILES,
        2,
        run.stages(),
        stage ->
            List.of(
                stage.stage(),
                stage.model(),
                Figures.count(stage.bytes().onnx()),
                Figures.ratio(first.bytes().onnx(), stage.bytes().onnx()),
                Figures.count(stage.bytes().gzip()),
                Figures.ratio(first.bytes().gzip(), stage.bytes().gzip())));
  }

  /** The layers of a model. */
  static ReportTable layers(StageMeasurement stage) {
    return of(LAYERS, 3, stage.layers(), ReportTable::layer);
  }

  private static List<String> layer(LayerMeasurement layer) {
    return List.of(
        layer.layer(),
        layer.type(),
        Figures.shape(layer.shape()),
        Figures.count(layer.weights()),
        Figures.count(layer.zeros()),
        Figures.percent(layer.sparsity()),
        Figures.count(layer.uniqueValues()));
  }

  /** A table with a row for each of some things. */
  static <T> ReportTable of(
      List<String> head, int texts, List<T> things, Function<T, List<String>> row) {
    return new ReportTable(head, texts, things.stream().map(row).toList());
  }
}
