package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Extension;
import io.espalier.api.Horizon;
import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.core.SchedulePreview;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every scheduler keeps: a pure function of the step that never falls, reaches its final
 * sparsity within the training, and is refused where it could not.
 */
public abstract class SchedulerContract extends ExtensionContract {
  /** The scheduler under test, a new one in every call. */
  protected abstract Scheduler scheduler();

  /** Parameters that fit a training of {@link #horizon}. */
  @Override
  protected abstract Map<String, ?> given();

  /** The training that the tests schedule. */
  protected Horizon horizon() {
    return new Horizon(1000, 100);
  }

  @Override
  final Extension extension() {
    return scheduler();
  }

  @Test
  void reachesItsFinalSparsityWithinTheTraining() {
    Schedule schedule = schedule();
    int last = horizon().totalSteps();

    assertThat(SchedulePreview.of(schedule, horizon()).updates()).isNotEmpty();
    assertThat(schedule.sparsityAt(last)).isEqualTo(schedule.finalSparsity());
    assertThat(schedule.finalSparsity()).isGreaterThanOrEqualTo(0).isLessThan(1);
  }

  @Test
  void neverFalls() {
    Schedule schedule = schedule();

    for (int step = 1; step <= horizon().totalSteps(); step++) {
      assertThat(schedule.sparsityAt(step))
          .as("sparsity at step %d", step)
          .isGreaterThanOrEqualTo(schedule.sparsityAt(step - 1));
    }
  }

  @Test
  void answersTheSameInAnyOrder() {
    Schedule schedule = schedule();
    Schedule other = schedule();

    for (int step = horizon().totalSteps(); step >= 0; step--) {
      assertThat(schedule.sparsityAt(step)).isEqualTo(other.sparsityAt(step));
      assertThat(schedule.updatesAt(step)).isEqualTo(other.updatesAt(step));
    }
    assertThat(updates(schedule)).isEqualTo(updates(other));
  }

  @Test
  void refusesATrainingThatIsTooShortOrReachesItsFinalSparsity() {
    for (int steps = 1; steps <= horizon().totalSteps(); steps++) {
      Horizon shorter = new Horizon(steps, 1);
      try {
        SchedulePreview.of(scheduler().schedule(parameters(), shorter), shorter);
      } catch (ParameterException e) {
        assertThat(scheduler().description().parameters())
            .extracting(Parameter::name)
            .contains(e.parameter().split("[.\\[]", 2)[0]);
      }
    }
  }

  private Schedule schedule() {
    return scheduler().schedule(parameters(), horizon());
  }

  private int[] updates(Schedule schedule) {
    return IntStream.rangeClosed(0, horizon().totalSteps()).filter(schedule::updatesAt).toArray();
  }
}
