package io.espalier.plugins.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.testkit.SchedulerContract;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IterativeSchedulerTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new IterativeScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("finalSparsity", 0.8, "begin", 0, "end", 900, "rounds", 4);
  }

  private Schedule schedule(Map<String, ?> given) {
    return scheduler()
        .schedule(Parameters.of(scheduler().description(), given), new Horizon(1000, 100));
  }

  @Test
  void risesInEvenStepsWithTheSameTimeAfterEach() {
    Schedule schedule = schedule(given());
    int[] updates = IntStream.rangeClosed(0, 1000).filter(schedule::updatesAt).toArray();

    assertThat(updates).containsExactly(0, 300, 600, 900);
    assertThat(schedule.sparsityAt(0)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.sparsityAt(599)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.sparsityAt(600)).isCloseTo(0.6, within(1e-12));
    assertThat(schedule.sparsityAt(900)).isEqualTo(0.8);
  }

  @Test
  void refusesMoreRoundsThanSteps() {
    assertThatThrownBy(() -> schedule(Map.of("finalSparsity", 0.8, "begin", 990, "rounds", 50)))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("rounds: 50 is not allowed");
  }

  @Test
  void refusesAnEndBeforeTheBegin() {
    assertThatThrownBy(() -> schedule(Map.of("finalSparsity", 0.8, "begin", 50, "end", 40)))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("end: 40 is not allowed");
  }
}
