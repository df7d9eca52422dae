package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Schedule;
import io.espalier.core.SchedulePreview.Update;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulePreviewTest {
  /** A straight rise from 0 at step 0 to the final sparsity at the end step. */
  private record Ramp(int frequency, int end, double finalSparsity) implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return step > 0 && step <= end && step % frequency == 0;
    }

    @Override
    public double sparsityAt(int step) {
      return finalSparsity * Math.min(step, end) / end;
    }
  }

  @Test
  void listsEveryUpdate() {
    SchedulePreview preview = SchedulePreview.of(new Ramp(2, 4, 0.5), new Horizon(10, 5));

    assertThat(preview.updates()).isEqualTo(List.of(new Update(2, 0.25), new Update(4, 0.5)));
  }

  @Test
  void countsAnUpdateAfterTheLastStep() {
    assertThat(SchedulePreview.of(new Ramp(4, 4, 0.5), new Horizon(4, 4)).updates())
        .containsExactly(new Update(4, 0.5));
  }

  @Test
  void refusesATrainingShorterThanTheFrequency() {
    assertRefused(
        new Ramp(100, 100, 0.5), new Horizon(99, 9), FailureCode.USAGE, "never", "99 steps");
  }

  @Test
  void refusesAScheduleThatEndsTooLate() {
    assertRefused(
        new Ramp(2, 20, 0.8),
        new Horizon(10, 5),
        FailureCode.USAGE,
        "0.4000",
        "step 10 of 10",
        "0.8000");
  }

  @Test
  void refusesAScheduleWhoseLastUpdateMissesItsEnd() {
    assertRefused(new Ramp(3, 4, 0.8), new Horizon(10, 5), FailureCode.USAGE, "0.6000", "step 3");
  }

  @Test
  void refusesAnImpossibleTarget() {
    assertRefused(new Ramp(1, 2, 1.5), new Horizon(2, 2), FailureCode.PLUGIN, "1.5 at step 2");
  }

  private static void assertRefused(
      Schedule schedule, Horizon horizon, FailureCode code, String... words) {
    assertThatThrownBy(() -> SchedulePreview.of(schedule, horizon))
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(words);
  }
}
