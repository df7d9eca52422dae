package io.espalier.runtime;

import io.espalier.api.Schedule;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Asks the pruner for new masks whenever the schedule says so. */
final class ScheduledPruning implements MaskUpdates {
  private final Schedule schedule;
  private final PruneOrder order;
  private final StepTally tally;
  private final Optional<PruningSummaries> summaries;

  ScheduledPruning(Schedule schedule, PruneOrder order, Optional<PruningSummaries> summaries) {
    this.summaries = summaries;
    this.schedule = schedule;
    this.order = order;
    this.tally = new StepTally(order.layers(), order.needs());
  }

  @Override
  public boolean updatesAt(int step) {
    return schedule.updatesAt(step);
  }

  @Override
  public OptionalDouble target(int step) {
    return OptionalDouble.of(schedule.sparsityAt(step));
  }

  @Override
  public void begin(List<Tensor> state, TrainingControl control) {
    tally.begin(state, control);
  }

  @Override
  public void stepped(TrainingControl control) {
    tally.stepped(control);
  }

  @Override
  public List<Tensor> state() {
    return tally.state();
  }

  @Override
  public void counted(int step, LayerShares shares) {
    summaries.ifPresent(log -> log.add(step, shares));
  }

  @Override
  public void update(int step, TrainingControl control) {
    control.apply(order.plan(control.model(), schedule.sparsityAt(step), tally.statistics()));
    tally.weightsChanged(control);
  }
}
