package io.espalier.plugins.schedules;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import java.util.ArrayList;
import java.util.List;

/** A scheduler that raises sparsity from an initial to a final one along some curve. */
abstract class Ramp implements Scheduler {
  static final Parameter<Double> INITIAL_SPARSITY =
      Parameter.number("initialSparsity", "share of weights that are zero from begin on")
          .or(0.0)
          .atLeast(0)
          .below(1);
  static final Parameter<Double> FINAL_SPARSITY =
      Parameter.number("finalSparsity", "share of weights that are zero from end on")
          .atLeast(0)
          .below(1);

  /** Sparsity between an initial and a final one. */
  interface Curve {
    /**
     * @param progress share of the way from begin to end, 0 to 1
     */
    double at(double initial, double last, double progress);
  }

  private final String id;
  private final String summary;
  private final List<Parameter<?>> own;

  Ramp(String id, String summary, Parameter<?>... own) {
    this.id = id;
    this.summary = summary;
    this.own = List.of(own);
  }

  abstract Curve curve(Parameters parameters);

  @Override
  public Description description() {
    List<Parameter<?>> all = new ArrayList<>(List.of(INITIAL_SPARSITY, FINAL_SPARSITY));
    all.addAll(List.of(Updates.BEGIN, Updates.END));
    all.addAll(own);
    all.addAll(List.of(Updates.FREQUENCY, Updates.UNIT));
    return new Description(id, summary, all);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    Updates updates = Updates.of(parameters, horizon);
    double initial = parameters.get(INITIAL_SPARSITY);
    double last = parameters.get(FINAL_SPARSITY);
    if (last < initial) {
      throw new ParameterException(
          FINAL_SPARSITY.name(),
          "%s is not allowed: sparsity must not fall below %s %s (allowed: %s to below 1)"
              .formatted(last, INITIAL_SPARSITY.name(), initial, initial));
    }
    return new RampSchedule(updates, initial, last, curve(parameters));
  }

  /** Before begin 0, from end on the final sparsity, between them the curve. */
  private record RampSchedule(Updates updates, double initial, double finalSparsity, Curve curve)
      implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return updates.includes(step);
    }

    @Override
    public double sparsityAt(int step) {
      int begin = updates.begin();
      int end = updates.end();
      if (step < begin) {
        return 0;
      }
      if (step >= end) {
        return finalSparsity;
      }
      double progress = (double) (step - begin) / (end - begin);
      double sparsity = curve.at(initial, finalSparsity, progress);
      return Math.min(finalSparsity, Math.max(initial, sparsity));
    }
  }
}
