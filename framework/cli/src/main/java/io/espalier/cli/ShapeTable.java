package io.espalier.cli;

import io.espalier.runtime.report.CutSummary;
import io.espalier.runtime.report.Measurements;
import io.espalier.runtime.report.StageMeasurement;
import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What leaving channels made of a run's models: the shape of every prunable layer's weight in each,
 * side by side, and in a line what that is worth.
 */
final class ShapeTable {
  private ShapeTable() {}

  /** A paragraph for a run that took channels out; nothing for others. */
  static String of(Measurements run) {
    return CutSummary.of(run)
        .map(cut -> "\n%s\n\n%s\n".formatted(table(run.stages()), cut.verdict()))
        .orElse("");
  }

  private static TextTable table(List<StageMeasurement> stages) {
    TextTable table = new TextTable(row("layer", stages, StageMeasurement::stage));
    Map<String, Map<String, String>> shapes = new LinkedHashMap<>();
    for (StageMeasurement stage : stages) {
      for (LayerMeasurement layer : stage.layers()) {
        shapes
            .computeIfAbsent(layer.layer(), name -> new LinkedHashMap<>())
            .put(stage.stage(), text(layer.shape()));
      }
    }
    shapes.forEach(
        (layer, own) -> {
          Object[] cells = row(layer, stages, stage -> own.getOrDefault(stage.stage(), "-"));
          table.row(cells);
        });
    Object[] parameters = row("parameters", stages, stage -> "%,d".formatted(stage.parameters()));
    return table.row(parameters);
  }

  private static String[] row(
      String first, List<StageMeasurement> stages, Function<StageMeasurement, String> cell) {
    List<String> cells = new ArrayList<>(List.of(first));
    stages.stream().map(cell).forEach(cells::add);
    return cells.toArray(String[]::new);
  }

  private static String text(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
