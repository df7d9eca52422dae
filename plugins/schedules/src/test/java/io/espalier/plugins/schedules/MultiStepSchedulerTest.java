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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiStepSchedulerTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new MultiStepScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of(
        "milestones",
        List.of(Map.of("at", 100, "sparsity", 0.5), Map.of("at", 700, "sparsity", 0.8)));
  }

  private Schedule schedule(Map<String, ?> given) {
    return scheduler()
        .schedule(Parameters.of(scheduler().description(), given), new Horizon(1000, 100));
  }

  @Test
  void risesAtItsMilestones() {
    Schedule schedule = schedule(given());

    assertThat(IntStream.rangeClosed(0, 1000).filter(schedule::updatesAt).toArray())
        .containsExactly(100, 700);
    assertThat(schedule.sparsityAt(99)).isZero();
    assertThat(schedule.sparsityAt(699)).isEqualTo(0.5);
    assertThat(schedule.finalSparsity()).isEqualTo(0.8);
    assertThat(schedule.sparsityAt(1000)).isCloseTo(0.8, within(0.0));
  }

  @Test
  void refusesMilestonesOutOfOrder() {
    assertThatThrownBy(
            () ->
                schedule(
                    Map.of(
                        "milestones",
                        List.of(
                            Map.of("at", 100, "sparsity", 0.5),
                            Map.of("at", 100, "sparsity", 0.8)))))
        .isInstanceOf(ParameterException.class)
        .hasMessage("milestones[1].at: step 100 is not allowed (allowed: 101 to 1000)");
  }
}
