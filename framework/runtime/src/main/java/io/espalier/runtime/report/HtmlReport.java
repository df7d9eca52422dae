package io.espalier.runtime.report;

import io.espalier.runtime.report.BarPlot.Bar;
import io.espalier.runtime.report.LinePlot.Series;
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
    out.append(ReportStyle.head(run.scenario()));
    summary();
    stages();
    CutSummary.of(run).ifPresent(this::cut);
    training();
    sizes();
    bars();
    confusion();
    layers();
    reproduce();
    return out.append(ReportStyle.FOOT).toString();
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
    table(ReportTable.stages(run));
    out.append("<p class=\"note\">")
        .append(Markup.escape(MeasurementNotes.method(run)))
        .append("</p>\n");
  }

  private void cut(CutSummary cut) {
    heading("Channels");
    out.append("<p>").append(Markup.escape(cut.verdict())).append("</p>\n");
    table(cut.models());
    table(cut.layers());
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
    table(ReportTable.files(run));
    out.append("<h3>Encodings</h3>\n");
    table(SizeTable.of(run));
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
      table(ReportTable.layers(stage));
    }
  }

  private void reproduce() {
    heading("How to reproduce");
    out.append("<pre>").append(Markup.escape(MeasurementNotes.COMMAND)).append("</pre>\n");
    table(new ReportTable(List.of("What", "Value"), 2, MeasurementNotes.facts(run)));
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

  private void table(ReportTable table) {
    out.append("<div class=\"wide\"><table>\n<thead>");
    out.append(cells("th", table.head(), table.texts()));
    out.append("</thead>\n<tbody>\n");
    for (List<String> row : table.rows()) {
      out.append(cells("td", row, table.texts()));
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
