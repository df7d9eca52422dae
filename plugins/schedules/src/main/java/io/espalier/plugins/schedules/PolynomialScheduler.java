package io.espalier.plugins.schedules;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import org.pf4j.Extension;

/** Raises sparsity step by step, so that the model can recover between updates. */
@Extension
public final class PolynomialScheduler implements Scheduler {
  static final Parameter<Double> INITIAL_SPARSITY =
      Parameter.number("initialSparsity", "share of weights that are zero from begin on")
          .or(0.0)
          .atLeast(0)
          .below(1);
  static final Parameter<Double> FINAL_SPARSITY =
      Parameter.number("finalSparsity", "share of weights that are zero from end on")
          .atLeast(0)
          .below(1);
  static final Parameter<Double> POWER =
      Parameter.number("power", "1 rises evenly, higher prunes more at first").or(3.0).atLeast(0.1);

  @Override
  public Description description() {
    return Description.of(
        "polynomial",
        "Raises sparsity from begin to end, fast at first.",
        INITIAL_SPARSITY,
        FINAL_SPARSITY,
        Updates.BEGIN,
        Updates.END,
        POWER,
        Updates.FREQUENCY);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    Updates updates = Updates.of(parameters, horizon);
    double initialSparsity = parameters.get(INITIAL_SPARSITY);
    double finalSparsity = parameters.get(FINAL_SPARSITY);
    if (finalSparsity < initialSparsity) {
      throw new ParameterException(
          FINAL_SPARSITY.name(),
          "%s is not allowed: sparsity must not fall below %s %s (allowed: %s to below 1)"
              .formatted(finalSparsity, INITIAL_SPARSITY.name(), initialSparsity, initialSparsity));
    }
    return new PolynomialSchedule(updates, initialSparsity, finalSparsity, parameters.get(POWER));
  }
}
