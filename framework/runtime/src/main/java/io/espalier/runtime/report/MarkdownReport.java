package io.espalier.runtime.report;

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
    table(ReportTable.stages(run));
    line("");
    line("%s", MeasurementNotes.method(run));
  }

  private void cut(CutSummary cut) {
    line("");
    line("## Channels");
    line("");
    line("%s", escape(cut.verdict()));
    line("");
    table(cut.models());
    line("");
    table(cut.layers());
  }

  private void sizes() {
    line("");
    line("## Sizes");
    line("");
    table(ReportTable.files(run));
    line("");
    line("### Encodings");
    line("");
    table(SizeTable.of(run));
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
      table(ReportTable.layers(stage));
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

  /** Text to the left, numbers to the right. */
  private void table(ReportTable table) {
    row(table.head());
    int numbers = table.head().size() - table.texts();
    line("|%s%s", " --- |".repeat(table.texts()), " ---: |".repeat(numbers));
    table.rows().forEach(this::row);
  }

  private void row(List<String> cells) {
    line(
        "%s",
        cells.stream().map(MarkdownReport::escape).collect(Collectors.joining(" | ", "| ", " |")));
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
