package io.espalier.plugins.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.testkit.SchedulerContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConstantSchedulerTest extends SchedulerContract {
  @Override
  protected Scheduler scheduler() {
    return new ConstantScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("targetSparsity", 0.5, "begin", 150, "end", 777);
  }

  @Test
  void holdsItsTargetFromBeginOn() {
    Schedule schedule = scheduler().schedule(parameters(), horizon());

    assertThat(schedule.sparsityAt(149)).isZero();
    assertThat(schedule.sparsityAt(150)).isEqualTo(0.5);
    assertThat(schedule.sparsityAt(1000)).isEqualTo(0.5);
    assertThat(schedule.finalSparsity()).isEqualTo(0.5);
  }

  @Test
  void updatesEveryHundredStepsOfTheWholeRunByDefault() {
    Parameters parameters =
        Parameters.of(new ConstantScheduler().description(), Map.of("targetSparsity", 0.5));
    Schedule schedule = new ConstantScheduler().schedule(parameters, new Horizon(250, 50));

    for (int step = 0; step <= 250; step++) {
      assertThat(schedule.updatesAt(step)).isEqualTo(step % 100 == 0 || step == 250);
    }
  }

  @Test
  void refusesSparsityOutsideZeroToOne() {
    for (double sparsity : new double[] {-0.1, 1, 1.5, Double.NaN}) {
      assertThatThrownBy(
              () ->
                  Parameters.of(
                      new ConstantScheduler().description(), Map.of("targetSparsity", sparsity)))
          .isInstanceOf(ParameterException.class)
          .hasMessage(
              "targetSparsity: " + sparsity + " is not allowed (allowed: number, 0 to below 1)");
    }
  }

  @Test
  void needsATarget() {
    assertThatThrownBy(() -> Parameters.of(new ConstantScheduler().description(), Map.of()))
        .hasMessage("targetSparsity: is missing (allowed: number, 0 to below 1)");
  }
}
