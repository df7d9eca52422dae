package io.espalier.plugins.schedules;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import org.pf4j.Extension;

/** Prunes once and lets the model recover for the rest of the training. */
@Extension
public final class OneShotScheduler implements Scheduler {
  static final Parameter<Double> AT =
      Parameter.number("at", "when; 0 is before training").or(0.0).atLeast(0).in(Updates.UNIT);

  @Override
  public Description description() {
    return Description.of(
        "one-shot",
        "Prunes once, and trains what is left.",
        ConstantScheduler.TARGET_SPARSITY,
        AT,
        Updates.UNIT);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    int step = Updates.steps(AT, parameters.get(AT), parameters, horizon);
    if (step > horizon.totalSteps()) {
      throw new ParameterException(
          AT.name(),
          "%d is not allowed: the run has %d steps (allowed: 0 to %d)"
              .formatted(step, horizon.totalSteps(), horizon.totalSteps()));
    }
    return new ConstantSchedule(
        new Updates(step, step, 1), parameters.get(ConstantScheduler.TARGET_SPARSITY));
  }
}
