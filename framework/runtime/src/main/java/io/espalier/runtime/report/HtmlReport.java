package io.espalier.runtime.report;

import io.espalier.runtime.report.BarPlot.Bar;
import io.espalier.runtime.report.LinePlot.Series;
import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The report as one HTML file: pictures are SVG in the page, the style is in its head, light or
 * dark as the reader's system is. No script, nothing fetched.
 */
final class HtmlReport {
  private final Measurements run;
  private final RunHistory history;
  private final Optional<String> scenario;
  private final StringBuilder out = new StringBuilder();

  HtmlReport(Measurements run, RunHistory history, Optional<String> scenario) {
    this.run = run;
    this.history = history;
    this.scenario = scenario;
  }

  String text() {
    String title = Markup.escape(run.scenario());
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s · Espalier</title>
        <style>
        %s</style>
        </head>
        <body>
        <h1>%s</h1>
        """
            .formatted(title, ReportStyle.CSS, title));
    summary();
    stages();
    CutSummary.of(run).ifPresent(this::cut);
    training();
    sizes();
    bars();
    confusion();
    layers();
    reproduce();
    return out.append("</body>\n</html>\n").toString();
  }

  private void summary() {
    out.append(
        "<p>Run <code>%s</code> on data set %s with seed %d: %d models, %s s of work.</p>\n"
            .formatted(
                Markup.escape(run.run()),
                Markup.escape(run.dataset()),
                run.seed(),
                run.stages().size(),
                Figures.seconds(run.seconds())));
  }

  private void stages() {
    heading("Stages");
    List<List<String>> rows = new ArrayList<>();
    StageMeasurement first = run.stages().get(0);
    for (StageMeasurement stage : run.stages()) {
      rows.add(
          List.of(
              stage.stage(),
              Figures.percent(stage.accuracy()),
              Figures.points(stage.accuracy() - first.accuracy()),
              Figures.loss(stage.loss()),
              Figures.percent(stage.requestedSparsity()),
              Figures.percent(stage.achievedSparsity()),
              Figures.count(stage.uniqueValues()),
              Figures.count(stage.nonZero()) + " of " + Figures.count(stage.parameters()),
              Figures.micros(stage.latencyMicros().p50()) + " µs",
              Figures.micros(stage.latencyMicros().p90()) + " µs"));
    }
    table(
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
            "Latency p90"),
        rows,
        1);
    out.append("<p class=\"note\">")
        .append(Markup.escape(MeasurementNotes.method(run)))
        .append("</p>\n");
  }

  private void cut(CutSummary cut) {
    heading("Channels");
    out.append("<p>").append(Markup.escape(cut.verdict())).append("</p>\n");
    table(CutSummary.STAGE_COLUMNS, cut.stageRows(), 1);
    table(CutSummary.LAYER_COLUMNS, cut.layerRows(), 1);
  }

  private void training() {
    if (history.curve().isEmpty()) {
      return;
    }
    heading("Training");
    List<LinePlot> plots =
        List.of(
            new LinePlot("Loss", List.of(new Series("loss", "c1", Curve.Point::loss)), false),
            new LinePlot(
                "Accuracy on the batch",
                List.of(new Series("accuracy", "c2", Curve.Point::accuracy)),
                true),
            new LinePlot(
                "Sparsity",
                List.of(
                    new Series("asked", "c3 dashed", Curve.Point::target),
                    new Series("found", "c4", Curve.Point::sparsity)),
                true));
    for (LinePlot plot : plots) {
      figure(plot.svg(history.curve(), history.stages()));
    }
    out.append("<p class=\"note\">Over all optimizer steps of the run; vertical lines begin a")
        .append(" stage.</p>\n");
  }

  private void sizes() {
    heading("Sizes and accuracy");
    StageMeasurement first = run.stages().get(0);
    List<List<String>> rows = new ArrayList<>();
    for (StageMeasurement stage : run.stages()) {
      rows.add(
          List.of(
              stage.stage(),
              stage.model(),
              Figures.count(stage.bytes().onnx()),
              Figures.ratio(first.bytes().onnx(), stage.bytes().onnx()),
              Figures.count(stage.bytes().gzip()),
              Figures.ratio(first.bytes().gzip(), stage.bytes().gzip())));
    }
    table(List.of("Stage", "File", "ONNX bytes", "Smaller", "Gzip bytes", "Smaller"), rows, 2);
    out.append("<h3>Encodings</h3>\n");
    table(SizeTable.HEAD, SizeTable.rows(run), SizeTable.TEXTS);
    out.append("<p class=\"note\">").append(Markup.escape(SizeTable.note())).append("</p>\n");
  }

  private void bars() {
    List<Bar> sizes = new ArrayList<>();
    List<Bar> accuracies = new ArrayList<>();
    for (StageMeasurement stage : run.stages()) {
      long onnx = stage.bytes().onnx();
      long gzip = stage.bytes().gzip();
      sizes.add(new Bar(stage.stage(), "c1", onnx, Figures.count(onnx)));
      sizes.add(new Bar("gzip", "c4", gzip, Figures.count(gzip)));
      accuracies.add(
          new Bar(stage.stage(), "c2", stage.accuracy(), Figures.percent(stage.accuracy())));
    }
    figure(new BarPlot("Bytes of the file, as it is and after gzip", sizes).svg());
    figure(new BarPlot("Accuracy on the test split", accuracies).svg());
  }

  private void confusion() {
    StageMeasurement last = run.stages().get(run.stages().size() - 1);
    heading("Confusion");
    figure(
        new ConfusionPlot(
                "Test split after " + last.stage(), last.confusionMatrix(), run.classNames())
            .svg());
  }

  private void layers() {
    heading("Layers");
    for (StageMeasurement stage : run.stages()) {
      out.append("<h3>").append(Markup.escape(stage.stage())).append("</h3>\n");
      table(
          List.of("Layer", "Type", "Shape", "Weights", "Zeros", "Sparsity", "Unique values"),
          stage.layers().stream().map(HtmlReport::row).toList(),
          3);
    }
  }

  private static List<String> row(LayerMeasurement layer) {
    return List.of(
        layer.layer(),
        layer.type(),
        layer.shape().stream().map(String::valueOf).collect(Collectors.joining("x")),
        Figures.count(layer.weights()),
        Figures.count(layer.zeros()),
        Figures.percent(layer.sparsity()),
        Figures.count(layer.uniqueValues()));
  }

  private void reproduce() {
    heading("How to reproduce");
    out.append("<pre>").append(Markup.escape(MeasurementNotes.COMMAND)).append("</pre>\n");
    table(List.of("What", "Value"), MeasurementNotes.facts(run), 2);
    scenario.ifPresent(
        text ->
            out.append("<details><summary>scenario.json</summary><pre>")
                .append(Markup.escape(text.strip()))
                .append("</pre></details>\n"));
  }

  private void heading(String text) {
    out.append("<h2>").append(Markup.escape(text)).append("</h2>\n");
  }

  private void figure(String svg) {
    out.append("<figure>\n").append(svg).append("</figure>\n");
  }

  /** A table whose first {@code texts} columns are text and whose others are numbers. */
  private void table(List<String> head, List<List<String>> rows, int texts) {
    out.append("<div class=\"wide\"><table>\n<thead>").append(cells("th", head, texts));
    out.append("</thead>\n<tbody>\n");
    for (List<String> row : rows) {
      out.append(cells("td", row, texts));
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private static String cells(String tag, List<String> texts, int left) {
    String[] cells = new String[texts.size()];
    for (int i = 0; i < cells.length; i++) {
      String style = i < left ? "" : " class=\"number\"";
      cells[i] = "<%s%s>%s</%s>".formatted(tag, style, Markup.escape(texts.get(i)), tag);
    }
    return Arrays.stream(cells).collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }
}
