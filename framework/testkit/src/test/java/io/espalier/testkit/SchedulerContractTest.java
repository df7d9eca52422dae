package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Description;
import io.espalier.api.EspalierException;
import io.espalier.api.Horizon;
import io.espalier.api.Parameters;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The contract passes a sound scheduler and catches unsound ones. */
class SchedulerContractTest extends SchedulerContract {
  private IntPredicate updates = step -> step == 3;
  private IntToDoubleFunction sparsity = step -> step < 3 ? 0 : 0.5;

  @Override
  protected Scheduler scheduler() {
    Once once = new Once();
    once.updates = updates;
    once.sparsity = sparsity;
    return once;
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of();
  }

  @Override
  protected Horizon horizon() {
    return new Horizon(200, 50);
  }

  @Override
  @Test
  void refusesATrainingThatIsTooShortOrReachesItsFinalSparsity() {
    updates = step -> step == 1;
    sparsity = step -> step < 1 ? 0 : 0.5;
    super.refusesATrainingThatIsTooShortOrReachesItsFinalSparsity();
  }

  @Test
  void catchesAScheduleThatIsNotMetInAShortTraining() {
    assertThatThrownBy(super::refusesATrainingThatIsTooShortOrReachesItsFinalSparsity)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("never updates");
  }

  @Test
  void catchesAScheduleThatMissesItsFinalSparsity() {
    updates = step -> step % 3 == 0;
    sparsity = step -> 0.5 * step / 200;

    assertThatThrownBy(this::reachesItsFinalSparsityWithinTheTraining)
        .hasMessageContaining("ends at sparsity");
  }

  @Test
  void catchesAScheduleThatFalls() {
    sparsity = step -> step == 7 ? 0.6 : 0.5;

    assertThatThrownBy(this::neverFalls).isInstanceOf(AssertionError.class);
  }

  @Test
  void catchesAScheduleThatRemembersWhatItWasAsked() {
    int[] calls = new int[1];
    sparsity = step -> 0.5 / ++calls[0];

    assertThatThrownBy(this::answersTheSameInAnyOrder).isInstanceOf(AssertionError.class);
  }

  /** Prunes once, unless told otherwise. */
  @org.pf4j.Extension
  public static final class Once implements Scheduler {
    private IntPredicate updates = step -> step == 3;
    private IntToDoubleFunction sparsity = step -> 0.5;

    @Override
    public Description description() {
      return Description.of("once", "Prunes once.");
    }

    @Override
    public Schedule schedule(Parameters parameters, Horizon horizon) {
      return new Schedule() {
        @Override
        public boolean updatesAt(int step) {
          return updates.test(step);
        }

        @Override
        public double sparsityAt(int step) {
          return sparsity.applyAsDouble(step);
        }

        @Override
        public double finalSparsity() {
          return 0.5;
        }
      };
    }
  }
}
