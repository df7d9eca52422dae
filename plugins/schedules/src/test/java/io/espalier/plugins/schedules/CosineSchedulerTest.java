package io.espalier.plugins.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Horizon;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.testkit.SchedulerContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CosineSchedulerTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new CosineScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("finalSparsity", 0.8, "begin", 50, "end", 933, "frequency", 70);
  }

  private Schedule schedule(Map<String, ?> given) {
    return scheduler()
        .schedule(Parameters.of(scheduler().description(), given), new Horizon(1000, 100));
  }

  @Test
  void goesAlongItsCurve() {
    Schedule schedule =
        schedule(Map.of("initialSparsity", 0.2, "finalSparsity", 0.8, "begin", 100, "end", 900));

    assertThat(schedule.sparsityAt(99)).isZero();
    assertThat(schedule.sparsityAt(100)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.sparsityAt(300))
        .isCloseTo(0.8 - 0.6 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
    assertThat(schedule.sparsityAt(500)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.sparsityAt(900)).isEqualTo(0.8);
  }
}
