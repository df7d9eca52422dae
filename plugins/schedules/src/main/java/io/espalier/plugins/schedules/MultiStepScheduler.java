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
import org.pf4j.Extension;

/** Named sparsities at named times. */
@Extension
public final class MultiStepScheduler implements Scheduler {
  private static final Parameter<Double> AT =
      Parameter.number("at", "when; 0 is before training").atLeast(0).in(Updates.UNIT);
  private static final Parameter<Double> SPARSITY =
      Parameter.number("sparsity", "share of weights that are zero from then on")
          .atLeast(0)
          .below(1);
  static final Parameter<List<Parameters>> MILESTONES =
      Parameter.list(
              "milestones",
              "when sparsity rises and how far, in order",
              Parameter.object("milestone", "one rise", AT, SPARSITY))
          .atLeast(1);

  @Override
  public Description description() {
    return Description.of(
        "multi-step", "Raises sparsity at given times.", MILESTONES, Updates.UNIT);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    List<Rise> rises = new ArrayList<>();
    int before = -1;
    double sparsity = 0;
    for (Parameters milestone : parameters.get(MILESTONES)) {
      String path = MILESTONES.name() + "[" + rises.size() + "]";
      int step = Updates.steps(AT, milestone.get(AT), parameters, horizon);
      if (step <= before || step > horizon.totalSteps()) {
        throw new ParameterException(
            path + "." + AT.name(),
            "step %d is not allowed (allowed: %d to %d)"
                .formatted(step, before + 1, horizon.totalSteps()));
      }
      if (milestone.get(SPARSITY) < sparsity) {
        throw new ParameterException(
            path + "." + SPARSITY.name(),
            "%s is not allowed: sparsity must not fall (allowed: %s to below 1)"
                .formatted(milestone.get(SPARSITY), sparsity));
      }
      before = step;
      sparsity = milestone.get(SPARSITY);
      rises.add(new Rise(step, sparsity));
    }
    return new Milestones(List.copyOf(rises));
  }

  private record Rise(int step, double sparsity) {}

  private record Milestones(List<Rise> rises) implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return rises.stream().anyMatch(rise -> rise.step == step);
    }

    @Override
    public double sparsityAt(int step) {
      double sparsity = 0;
      for (Rise rise : rises) {
        sparsity = rise.step <= step ? rise.sparsity : sparsity;
      }
      return sparsity;
    }

    @Override
    public double finalSparsity() {
      return rises.get(rises.size() - 1).sparsity;
    }
  }
}
