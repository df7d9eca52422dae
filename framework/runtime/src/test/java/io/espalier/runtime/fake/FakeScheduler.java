package io.espalier.runtime.fake;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;

/** Raises sparsity evenly from 0 at step 0 to its end. */
public final class FakeScheduler implements Scheduler {
  public static final String ID = "fake-ramp";

  private static final Parameter<Double> SPARSITY =
      Parameter.number("sparsity", "Share of zeros at the end.").atLeast(0).below(1).or(0.5);
  private static final Parameter<Integer> END =
      Parameter.integer("end", "Last update.").atLeast(1).or(8);
  private static final Parameter<Integer> FREQUENCY =
      Parameter.integer("frequency", "Steps between updates.").atLeast(1).or(2);

  @Override
  public Description description() {
    return Description.of(ID, "Rises evenly.", SPARSITY, END, FREQUENCY);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    int end = parameters.get(END);
    if (end > horizon.totalSteps()) {
      throw new ParameterException(
          "end", end + " is not allowed (allowed: up to " + horizon.totalSteps() + " steps)");
    }
    return new Ramp(parameters.get(SPARSITY), end, parameters.get(FREQUENCY));
  }

  private record Ramp(double finalSparsity, int end, int frequency) implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return step <= end && step % frequency == 0;
    }

    @Override
    public double sparsityAt(int step) {
      return finalSparsity * Math.min(step, end) / end;
    }
  }
}
