package io.espalier.runtime.report;

import io.espalier.runtime.report.StageMeasurement.LayerMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What leaving channels came to, from the measured models alone: the one before, those after.
 *
 * @param before the first model of the run
 * @param stages all models
 * @param last the last of those of other shapes than the first
 */
public record CutSummary(
    StageMeasurement before, List<StageMeasurement> stages, StageMeasurement last) {
  /** Less than that is no gain: measurements differ by as much. */
  private static final double GAIN = 0.97;

  /** Channels that a vector kernel of ONNX Runtime takes at once, at least. */
  private static final int MULTIPLE = 8;

  private static final List<String> MODELS =
      List.of("Model", "Parameters", "Accuracy", "Change", "Latency p50", "Of before");
  private static final List<String> LAYERS = List.of("Layer", "Before", "After");

  /** The summary of a run that took channels out; nothing for others. */
  public static Optional<CutSummary> of(Measurements run) {
    StageMeasurement first = run.stages().get(0);
    return run.stages().stream()
        .filter(stage -> !shapes(stage).equals(shapes(first)))
        .reduce((a, b) -> b)
        .map(last -> new CutSummary(first, run.stages(), last));
  }

  private static Map<String, List<Long>> shapes(StageMeasurement stage) {
    return stage.layers().stream()
        .collect(
            Collectors.toMap(
                LayerMeasurement::weight,
                LayerMeasurement::shape,
                (a, b) -> a,
                LinkedHashMap::new));
  }

  /** What each model costs, against the first. */
  ReportTable models() {
    return ReportTable.of(
        MODELS,
        1,
        stages,
        stage ->
            List.of(
                stage.stage(),
                Figures.count(stage.parameters()),
                Figures.percent(stage.accuracy()),
                Figures.points(stage.accuracy() - before.accuracy()),
                Figures.micros(stage.latencyMicros().p50()) + " µs",
                String.format(Locale.ROOT, "%.2f", share(stage))));
  }

  private double share(StageMeasurement stage) {
    return stage.latencyMicros().p50() / before.latencyMicros().p50();
  }

  /** The layers whose weight has another shape. */
  ReportTable layers() {
    Map<String, List<Long>> old = shapes(before);
    List<List<String>> rows = new ArrayList<>();
    for (LayerMeasurement layer : last.layers()) {
      List<Long> was = old.getOrDefault(layer.weight(), List.of());
      if (!was.equals(layer.shape())) {
        rows.add(List.of(layer.layer(), Figures.shape(was), Figures.shape(layer.shape())));
      }
    }
    return new ReportTable(LAYERS, 1, rows);
  }

  /** The measured outcome in one line, a gain or not, and what would help. */
  public String verdict() {
    double share = share(last);
    String measured =
        String.format(
            Locale.ROOT,
            "one inference of '%s' takes %.2f of the time of '%s' (%s µs, was %s µs; ONNX Runtime, one thread)",
            last.stage(),
            share,
            before.stage(),
            Figures.micros(last.latencyMicros().p50()),
            Figures.micros(before.latencyMicros().p50()));
    return (share < GAIN ? "Verdict: faster: " : "Verdict: no gain in latency: ")
        + measured
        + "."
        + advice();
  }

  private String advice() {
    Map<String, List<Long>> old = shapes(before);
    List<String> odd = new ArrayList<>();
    int cut = 0;
    for (LayerMeasurement layer : last.layers()) {
      List<Long> was = old.getOrDefault(layer.weight(), List.of());
      boolean changed = false;
      boolean fits = true;
      for (int axis = 0; axis < layer.shape().size() && axis < was.size(); axis++) {
        boolean axisChanged = !layer.shape().get(axis).equals(was.get(axis));
        changed |= axisChanged;
        fits &= !axisChanged || layer.shape().get(axis) % MULTIPLE == 0;
      }
      cut += changed ? 1 : 0;
      if (changed && !fits) {
        odd.add(layer.layer());
      }
    }
    return odd.isEmpty()
        ? ""
        : " %d of %d cut layers have channels that are no multiple of %d (such as %s), which leaves the runtime's vector kernels partly empty; roundTo: %d would fill them."
            .formatted(odd.size(), cut, MULTIPLE, odd.get(0), MULTIPLE);
  }
}
