package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.EspalierException;
import io.espalier.api.Horizon;
import io.espalier.api.Schedule;
import io.espalier.core.SchedulePreview;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SteeredScheduleTest {
  private static final Horizon HORIZON = new Horizon(100, 10);

  /** Rises evenly to 0.5 at step 60, every third step. */
  private record Ramp() implements Schedule {
    @Override
    public boolean updatesAt(int step) {
      return step <= 60 && step % 3 == 0;
    }

    @Override
    public double sparsityAt(int step) {
      return 0.5 * Math.min(step, 60) / 60;
    }

    @Override
    public double finalSparsity() {
      return 0.5;
    }
  }

  @Property(tries = 200)
  void everyChangeStillReachesItsFinalSparsityAndNeverFalls(
      @ForAll @IntRange(max = 99) int step,
      @ForAll @DoubleRange(min = 0.5, max = 0.99) double target,
      @ForAll @IntRange(max = 98) int later,
      @ForAll @IntRange(min = 1, max = 100) int end) {
    Schedule changed = SteeredSchedule.toTarget(new Ramp(), step, target, HORIZON);
    try {
      changed = SteeredSchedule.toEnd(changed, later, end, HORIZON);
    } catch (EspalierException refused) {
      assertThat(refused).hasMessageContaining("endStep");
    }

    var updates = SchedulePreview.of(changed, HORIZON).updates();

    assertThat(changed.finalSparsity()).isEqualTo(target);
    assertThat(updates).last().satisfies(u -> assertThat(u.sparsity()).isEqualTo(target));
    assertThat(updates.stream().map(SchedulePreview.Update::sparsity)).isSorted();
  }

  @Test
  void whatWasBeforeTheChangeStays() {
    Schedule changed = SteeredSchedule.toTarget(new Ramp(), 30, 0.9, HORIZON);

    assertThat(changed.sparsityAt(30)).isEqualTo(0.25);
    assertThat(changed.sparsityAt(33)).isGreaterThan(0.275);
  }

  @Test
  void withoutAStepLeftNothingCanBeChanged() {
    assertThatThrownBy(() -> SteeredSchedule.toTarget(new Ramp(), 100, 0.9, HORIZON))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no step left");
    assertThatThrownBy(() -> SteeredSchedule.toEnd(new Ramp(), 70, 90, HORIZON))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("has ended");
  }
}
