package io.espalier.testkit;

import io.espalier.api.StepReport;
import io.espalier.api.TrainingControl;
import io.espalier.api.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A listener that remembers what it is told. A test that wants to steer the training overrides
 * {@link #afterBegin} or {@link #afterStep}.
 */
public class TrainingRecord implements TrainingListener {
  private final List<StepReport> steps = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();
  private OptionalInt begin = OptionalInt.empty();

  /**
   * One measurement.
   *
   * @param subject which split
   * @param name of the metric
   * @param value measured
   * @param step steps done by then
   */
  public record Metric(String subject, String name, double value, int step) {}

  /** Steps done before the training's first; empty if it has not begun. */
  public final OptionalInt begin() {
    return begin;
  }

  public final List<StepReport> steps() {
    return List.copyOf(steps);
  }

  public final List<Metric> metrics() {
    return List.copyOf(metrics);
  }

  /** Mean loss of some steps. */
  public final double meanLoss(int from, int to) {
    return steps.subList(from, to).stream().mapToDouble(StepReport::loss).average().orElseThrow();
  }

  /** Called at the end of {@link #onBegin}. */
  protected void afterBegin(int step, TrainingControl control) {}

  /** Called at the end of {@link #onStep}. */
  protected void afterStep(int step, TrainingControl control) {}

  @Override
  public final void onBegin(int step, TrainingControl control) {
    if (begin.isPresent()) {
      throw new IllegalStateException("the training began twice");
    }
    begin = OptionalInt.of(step);
    afterBegin(step, control);
  }

  @Override
  public final void onStep(StepReport report, TrainingControl control) {
    steps.add(report);
    afterStep(report.step(), control);
  }

  @Override
  public final void onMetric(String subject, String metric, double value, int step) {
    metrics.add(new Metric(subject, metric, value, step));
  }
}
