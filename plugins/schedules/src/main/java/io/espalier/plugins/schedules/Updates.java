package io.espalier.plugins.schedules;

import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.Optional;

/**
 * The steps at which masks are computed anew: {@code begin}, every {@code frequency} steps after
 * it, and always {@code end}, so that the last update is never missed.
 *
 * @param begin first update, 0 to {@code end}
 * @param end last update
 * @param frequency steps between updates, at least 1
 */
public record Updates(int begin, int end, int frequency) {
  static final Parameter<String> UNIT =
      Parameter.choice(
              "unit",
              "what begin, end and frequency count: optimizer steps, epochs, or shares of the run",
              "steps",
              "epochs",
              "share")
          .or("steps");
  static final Parameter<Double> BEGIN =
      Parameter.number("begin", "the first update; 0 is before training")
          .or(0.0)
          .atLeast(0)
          .in(UNIT)
          .alsoNamed("beginStep");
  static final Parameter<Double> END =
      Parameter.number("end", "the last update; -1 is the run's last step")
          .or(-1.0)
          .atLeast(-1)
          .in(UNIT)
          .alsoNamed("endStep", "pruningEnd");
  static final Parameter<Double> FREQUENCY =
      Parameter.number(
              "frequency",
              "from one update to the next; left out, 100 steps, in other units a fortieth of the run")
          .atLeast(0)
          .in(UNIT)
          .optional()
          .alsoNamed("pruningFrequency");
  private static final int DEFAULT_FREQUENCY = 100;
  private static final int DEFAULT_UPDATES = 40;

  /**
   * The updates that parameters ask for in a training of known length.
   *
   * @throws ParameterException if they begin or end after the training, begin after they end, or do
   *     not fire between begin and end
   */
  static Updates of(Parameters parameters, Horizon horizon) {
    Clock clock = new Clock(parameters.get(UNIT), horizon);
    int last = horizon.totalSteps();
    int end = parameters.get(END) == -1 ? last : clock.steps(END, parameters.get(END));
    int begin = clock.steps(BEGIN, parameters.get(BEGIN));
    if (end > last) {
      throw refused(END, end, "the run has %d steps (allowed: -1 to %d)", last, last);
    }
    if (begin > last) {
      throw refused(BEGIN, begin, "the run has %d steps (allowed: 0 to %d)", last, last);
    }
    if (begin > end) {
      throw refused(BEGIN, begin, "it is after end %d (allowed: 0 to %d)", end, end);
    }
    int frequency = frequency(parameters.find(FREQUENCY), clock);
    if (frequency < 1 || begin < end && frequency > end - begin) {
      throw refused(
          FREQUENCY,
          frequency,
          "no update falls between begin %d and end %d (allowed: 1 to %d)",
          begin,
          end,
          Math.max(1, end - begin));
    }
    return new Updates(begin, end, frequency);
  }

  private static int frequency(Optional<Double> given, Clock clock) {
    if (given.isPresent()) {
      return clock.steps(FREQUENCY, given.get());
    }
    return clock.unit.equals("steps")
        ? DEFAULT_FREQUENCY
        : Math.max(1, clock.horizon.totalSteps() / DEFAULT_UPDATES);
  }

  /** Optimizer steps of what a parameter counts. */
  static int steps(Parameter<?> parameter, double value, Parameters parameters, Horizon horizon) {
    return new Clock(parameters.get(UNIT), horizon).steps(parameter, value);
  }

  private record Clock(String unit, Horizon horizon) {
    int steps(Parameter<?> parameter, double value) {
      double steps =
          switch (unit) {
            case "epochs" -> value * horizon.stepsPerEpoch();
            case "share" -> value * horizon.totalSteps();
            default -> value;
          };
      boolean whole = !unit.equals("steps") || value == Math.rint(value);
      if (!whole || unit.equals("share") && value > 1 || value < 0) {
        throw new ParameterException(
            parameter.name(),
            "%s is not allowed (allowed: %s)"
                .formatted(value, whole ? "0 to 1 of the run" : "whole steps"));
      }
      return (int) Math.min(Integer.MAX_VALUE, Math.rint(steps));
    }
  }

  private static ParameterException refused(
      Parameter<?> parameter, int value, String reason, Object... figures) {
    return new ParameterException(
        parameter.name(), value + " is not allowed: " + reason.formatted(figures));
  }

  boolean includes(int step) {
    return step == end || step >= begin && step < end && (step - begin) % frequency == 0;
  }
}
