package io.espalier.runtime;

import io.espalier.api.Schedule;
import io.espalier.api.TrainingControl;
import java.util.OptionalDouble;

/** Asks the pruner for new masks whenever the schedule says so. */
record ScheduledPruning(Schedule schedule, PruneOrder order) implements MaskUpdates {
  @Override
  public boolean updatesAt(int step) {
    return schedule.updatesAt(step);
  }

  @Override
  public OptionalDouble target(int step) {
    return OptionalDouble.of(schedule.sparsityAt(step));
  }

  @Override
  public void update(int step, TrainingControl control) {
    control.apply(order.plan(control.model(), schedule.sparsityAt(step), step));
  }
}
