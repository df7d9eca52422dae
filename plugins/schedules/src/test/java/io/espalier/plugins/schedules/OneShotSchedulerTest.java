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

class OneShotSchedulerTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new OneShotScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("targetSparsity", 0.4, "at", 1);
  }

  private Schedule schedule(Map<String, ?> given) {
    return scheduler()
        .schedule(Parameters.of(scheduler().description(), given), new Horizon(1000, 100));
  }

  @Test
  void prunesOnce() {
    Schedule schedule = schedule(given());

    assertThat(IntStream.rangeClosed(0, 1000).filter(schedule::updatesAt).toArray())
        .containsExactly(1);
    assertThat(schedule.sparsityAt(0)).isZero();
    assertThat(schedule.sparsityAt(1)).isCloseTo(0.4, within(0.0));
    assertThat(schedule(Map.of("targetSparsity", 0.1, "at", 2, "unit", "epochs")).updatesAt(200))
        .isTrue();
  }

  @Test
  void refusesATimeBeyondTheRun() {
    assertThatThrownBy(() -> schedule(Map.of("targetSparsity", 0.4, "at", 1001)))
        .isInstanceOf(ParameterException.class)
        .hasMessage("at: 1001 is not allowed: the run has 1000 steps (allowed: 0 to 1000)");
  }
}
