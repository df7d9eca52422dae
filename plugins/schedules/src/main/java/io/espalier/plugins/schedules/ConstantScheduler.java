package io.espalier.plugins.schedules;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import org.pf4j.Extension;

/** Prunes to the wanted sparsity at once and chooses anew which weights go at every update. */
@Extension
public final class ConstantScheduler implements Scheduler {
  static final Parameter<Double> TARGET_SPARSITY =
      Parameter.number("targetSparsity", "share of weights that are zero").atLeast(0).below(1);

  @Override
  public Description description() {
    return Description.of(
        "constant",
        "Holds one sparsity from begin to end.",
        TARGET_SPARSITY,
        Updates.BEGIN,
        Updates.END,
        Updates.FREQUENCY,
        Updates.UNIT);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    return new ConstantSchedule(Updates.of(parameters, horizon), parameters.get(TARGET_SPARSITY));
  }
}
