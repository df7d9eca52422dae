package io.espalier.plugins.schedules;

import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;

/**
 * The steps at which masks are computed anew: {@code begin}, every {@code frequency} steps after
 * it, and always {@code end}, so that the last update is never missed.
 *
 * @param begin first update, 0 to {@code end}
 * @param end last update
 * @param frequency steps between updates, at least 1
 */
public record Updates(int begin, int end, int frequency) {
  static final Parameter<Integer> BEGIN =
      Parameter.integer("begin", "step of the first update; 0 is before training")
          .or(0)
          .atLeast(0)
          .in("steps");
  static final Parameter<Integer> END =
      Parameter.integer("end", "step of the last update; -1 is the run's last step")
          .or(-1)
          .atLeast(-1)
          .in("steps");
  static final Parameter<Integer> FREQUENCY =
      Parameter.integer("frequency", "steps from one update to the next")
          .or(100)
          .atLeast(1)
          .in("steps");

  /**
   * The updates that parameters ask for in a training of known length.
   *
   * @throws ParameterException if they begin or end after the training, begin after they end, or do
   *     not fire between begin and end
   */
  static Updates of(Parameters parameters, Horizon horizon) {
    int last = horizon.totalSteps();
    int begin = parameters.get(BEGIN);
    int frequency = parameters.get(FREQUENCY);
    int end = parameters.get(END);
    if (end > last) {
      throw refused(END, end, "the run has %d steps (allowed: -1 to %d)", last, last);
    }
    if (begin > last) {
      throw refused(BEGIN, begin, "the run has %d steps (allowed: 0 to %d)", last, last);
    }
    if (end == -1) {
      end = last;
    }
    if (begin > end) {
      throw refused(BEGIN, begin, "it is after end %d (allowed: 0 to %d)", end, end);
    }
    if (begin < end && frequency > end - begin) {
      throw refused(
          FREQUENCY,
          frequency,
          "no update falls between begin %d and end %d (allowed: 1 to %d)",
          begin,
          end,
          end - begin);
    }
    return new Updates(begin, end, frequency);
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
