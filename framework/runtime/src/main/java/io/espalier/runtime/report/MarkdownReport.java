package io.espalier.runtime.report;

import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report in GitHub's Markdown. */
final class MarkdownReport {
  private final Measurements run;
  private final Optional<String> scenario;
  private final StringBuilder out = new StringBuilder();

  MarkdownReport(Measurements run, Optional<String> scenario) {
    this.run = run;
    this.scenario = scenario;
  }

  String text() {
    line("# %s", escape(run.scenario()));
    line("");
    line(
        "Run `%s` on data set %s with seed %d: %d models, %s s of work.",
        code(run.run()),
        escape(run.dataset()),
        run.seed(),
        run.stages().size(),
        Figures.seconds(run.seconds()));
    stages();
    CutSummary.of(run).ifPresent(this::cut);
    sizes();
    layers();
    reproduce();
    return out.toString();
  }

  private void stages() {
    line("");
    line("## Stages");
    line("");
    row(
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
    rule(1, 9);
    StageMeasurement first = run.stages().get(0);
    for (StageMeasurement stage : run.stages()) {
      row(
          escape(stage.stage()),
          Figures.percent(stage.accuracy()),
          Figures.points(stage.accuracy() - first.accuracy()),
          Figures.loss(stage.loss()),
          Figures.percent(stage.requestedSparsity()),
          Figures.percent(stage.achievedSparsity()),
          Figures.count(stage.uniqueValues()),
          Figures.count(stage.nonZero()) + " of " + Figures.count(stage.parameters()),
          Figures.micros(stage.latencyMicros().p50()) + " µs",
          Figures.micros(stage.latencyMicros().p90()) + " µs");
    }
    line("");
    line("%s", MeasurementNotes.method(run));
  }

  private void cut(CutSummary cut) {
    line("");
    line("## Channels");
    line("");
    line("%s", escape(cut.verdict()));
    line("");
    row(CutSummary.STAGE_COLUMNS.toArray(String[]::new));
    rule(1, CutSummary.STAGE_COLUMNS.size() - 1);
    cut.stageRows().forEach(this::escaped);
    line("");
    row(CutSummary.LAYER_COLUMNS.toArray(String[]::new));
    rule(1, CutSummary.LAYER_COLUMNS.size() - 1);
    cut.layerRows().forEach(this::escaped);
  }

  private void escaped(List<String> cells) {
    row(cells.stream().map(MarkdownReport::escape).toArray(String[]::new));
  }

  private void sizes() {
    line("");
    line("## Sizes");
    line("");
    row("Stage", "File", "ONNX bytes", "Smaller", "Gzip bytes", "Smaller");
    rule(2, 4);
    StageMeasurement first = run.stages().get(0);
    for (StageMeasurement stage : run.stages()) {
      row(
          escape(stage.stage()),
          "`" + code(stage.model()) + "`",
          Figures.count(stage.bytes().onnx()),
          Figures.ratio(first.bytes().onnx(), stage.bytes().onnx()),
          Figures.count(stage.bytes().gzip()),
          Figures.ratio(first.bytes().gzip(), stage.bytes().gzip()));
    }
    line("");
    line("### Encodings");
    line("");
    row(SizeTable.HEAD.toArray(String[]::new));
    rule(SizeTable.TEXTS, SizeTable.HEAD.size() - SizeTable.TEXTS);
    SizeTable.rows(run).forEach(cells -> row(cells.toArray(String[]::new)));
    line("");
    line("%s", SizeTable.note());
  }

  private void layers() {
    line("");
    line("## Layers");
    for (StageMeasurement stage : run.stages()) {
      line("");
      line("### %s", escape(stage.stage()));
      line("");
      row("Layer", "Type", "Shape", "Weights", "Zeros", "Sparsity", "Unique values");
      rule(3, 4);
      for (LayerMeasurement layer : stage.layers()) {
        row(
            escape(layer.layer()),
            escape(layer.type()),
            layer.shape().stream().map(String::valueOf).collect(Collectors.joining("x")),
            Figures.count(layer.weights()),
            Figures.count(layer.zeros()),
            Figures.percent(layer.sparsity()),
            Figures.count(layer.uniqueValues()));
      }
    }
  }

  private void reproduce() {
    line("");
    line("## How to reproduce");
    line("");
    line("```");
    line("%s", MeasurementNotes.COMMAND);
    line("```");
    line("");
    for (List<String> fact : MeasurementNotes.facts(run)) {
      line("- %s: %s", fact.get(0), escape(fact.get(1)));
    }
    scenario.ifPresent(
        text -> {
          String fence = "`".repeat(Math.max(3, longestRun(text) + 1));
          line("");
          line("%sjson", fence);
          line("%s", text.strip());
          line("%s", fence);
        });
  }

  private void line(String format, Object... values) {
    out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private void row(String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Text columns to the left, then numbers to the right. */
  private void rule(int texts, int numbers) {
    out.append("|").append(" --- |".repeat(texts)).append(" ---: |".repeat(numbers)).append('\n');
  }

  /** Takes away what would be markup or end a cell. */
  static String escape(String text) {
    return text.replaceAll("\\R", " ").replaceAll("([\\\\`*_\\[\\]<>|#~&])", "\\\\$1");
  }

  private static String code(String text) {
    return text.replaceAll("[`|\\r\\n]", " ");
  }

  private static int longestRun(String text) {
    int longest = 0;
    int current = 0;
    for (char c : text.toCharArray()) {
      current = c == '`' ? current + 1 : 0;
      longest = Math.max(longest, current);
    }
    return longest;
  }
}
