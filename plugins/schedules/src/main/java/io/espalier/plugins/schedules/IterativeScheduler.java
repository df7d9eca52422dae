package io.espalier.plugins.schedules;

import io.espalier.api.Description;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import org.pf4j.Extension;

/**
 * Steps of sparsity with the same time to recover after each: round {@code i} of {@code n} goes to
 * {@code initial + (final - initial) i / n}.
 */
@Extension
public final class IterativeScheduler implements Scheduler {
  static final Parameter<Integer> ROUNDS =
      Parameter.integer("rounds", "how many steps sparsity rises in").or(5).atLeast(1);

  @Override
  public Description description() {
    return Description.of(
        "iterative",
        "Raises sparsity in even steps from begin to end, with time to recover after each.",
        Ramp.INITIAL_SPARSITY,
        Ramp.FINAL_SPARSITY,
        ROUNDS,
        Updates.BEGIN,
        Updates.END,
        Updates.UNIT);
  }

  @Override
  public Schedule schedule(Parameters parameters, Horizon horizon) {
    int last = horizon.totalSteps();
    int begin = Updates.steps(Updates.BEGIN, parameters.get(Updates.BEGIN), parameters, horizon);
    double givenEnd = parameters.get(Updates.END);
    int end = givenEnd == -1 ? last : Updates.steps(Updates.END, givenEnd, parameters, horizon);
    int rounds = parameters.get(ROUNDS);
    double initial = parameters.get(Ramp.INITIAL_SPARSITY);
    double finalSparsity = parameters.get(Ramp.FINAL_SPARSITY);
    if (end > last || begin > end) {
      throw new ParameterException(
          Updates.END.name(),
          "%d is not allowed: begin is %d and the run has %d steps (allowed: %d to %d)"
              .formatted(end, begin, last, Math.min(begin, last), last));
    }
    if (rounds > 1 && rounds - 1 > end - begin) {
      throw new ParameterException(
          ROUNDS.name(),
          "%d is not allowed: from begin %d to end %d there are %d steps"
              .formatted(rounds, begin, end, end - begin));
    }
    if (finalSparsity < initial) {
      throw new ParameterException(
          Ramp.FINAL_SPARSITY.name(),
          "%s is not allowed: sparsity must not fall below %s %s (allowed: %s to below 1)"
              .formatted(finalSparsity, Ramp.INITIAL_SPARSITY.name(), initial, initial));
    }
    return new Steps(begin, end, rounds, initial, finalSparsity);
  }

  /** Round 1 is at begin, the last at end. */
  private record Steps(int begin, int end, int rounds, double initial, double finalSparsity)
      implements Schedule {
    private int at(int round) {
      return rounds == 1
          ? end
          : begin + (int) Math.rint((double) (end - begin) * (round - 1) / (rounds - 1));
    }

    private int roundAt(int step) {
      int round = 0;
      while (round < rounds && at(round + 1) <= step) {
        round++;
      }
      return round;
    }

    @Override
    public boolean updatesAt(int step) {
      int round = roundAt(step);
      return round > 0 && at(round) == step;
    }

    @Override
    public double sparsityAt(int step) {
      int round = roundAt(step);
      if (round == 0) {
        return 0;
      }
      return round == rounds ? finalSparsity : initial + (finalSparsity - initial) * round / rounds;
    }
  }
}
