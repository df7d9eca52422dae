package io.espalier.runtime;

import io.espalier.api.Schedule;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Asks the pruner for new masks whenever the schedule says so, which may be changed meanwhile. */
final class ScheduledPruning implements MaskUpdates {
  private final StepTally tally;
  private final Optional<PruningSummaries> summaries;
  private Schedule schedule;
  private PruneOrder order;
  private double target;

  /**
   * @param target that the schedule ends with
   * @param summaries where to write them, if anywhere
   */
  ScheduledPruning(
      Schedule schedule, PruneOrder order, double target, Optional<PruningSummaries> summaries) {
    this.summaries = summaries;
    this.schedule = schedule;
    this.order = order;
    this.target = target;
    this.tally = new StepTally(order.layers(), order.needs());
  }

  /** What the stage is to end with. */
  double finalTarget() {
    return target;
  }

  /** The order by which the last masks were asked for. */
  PruneOrder order() {
    return order;
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
  public Optional<Schedule> schedule() {
    return Optional.of(schedule);
  }

  @Override
  public void follow(Schedule other) {
    schedule = other;
    target = other.finalSparsity();
    order = order.endingWith(target);
  }

  @Override
  public void update(int step, TrainingControl control) {
    control.apply(order.plan(control.model(), schedule.sparsityAt(step), tally.statistics()));
    tally.weightsChanged(control);
  }
}
