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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolynomialSchedulerTest extends SchedulerContract {
  private static final Map<String, Object> PUBLISHED =
      Map.of(
          "initialSparsity", 0.2, "finalSparsity", 0.8, "begin", 100, "end", 110, "frequency", 2);

  @Override
  protected Scheduler scheduler() {
    return new PolynomialScheduler();
  }

  @Override
  protected Map<String, ?> given() {
    return Map.of("finalSparsity", 0.8, "begin", 50, "end", 933, "frequency", 70);
  }

  @ParameterizedTest
  @CsvSource({"99, 0", "100, 0.2", "102, 0.4928", "105, 0.725", "110, 0.8", "200, 0.8"})
  void givesThePublishedNumbers(int step, double sparsity) {
    assertThat(schedule(PUBLISHED).sparsityAt(step)).isCloseTo(sparsity, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"98, false", "100, true", "101, false", "102, true", "110, true", "112, false"})
  void updatesAtThePublishedSteps(int step, boolean updates) {
    assertThat(schedule(PUBLISHED).updatesAt(step)).isEqualTo(updates);
  }

  @Test
  void risesEvenlyWithPowerOne() {
    Schedule schedule = schedule(Map.of("finalSparsity", 0.5, "power", 1, "end", 1000));

    assertThat(schedule.sparsityAt(250)).isCloseTo(0.125, within(1e-12));
    assertThat(schedule.sparsityAt(500)).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void prunesAtOnceWhereBeginIsEnd() {
    Schedule schedule = schedule(Map.of("finalSparsity", 0.5, "begin", 7, "end", 7));

    assertThat(schedule.sparsityAt(6)).isZero();
    assertThat(schedule.sparsityAt(7)).isEqualTo(0.5);
    assertThat(schedule.updatesAt(7)).isTrue();
  }

  @Test
  void refusesAFinalSparsityBelowTheInitial() {
    assertThatThrownBy(() -> schedule(Map.of("initialSparsity", 0.5, "finalSparsity", 0.4)))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "finalSparsity: 0.4 is not allowed: sparsity must not fall below initialSparsity 0.5"
                + " (allowed: 0.5 to below 1)");
  }

  @Test
  void refusesSparsityOutsideZeroToOne() {
    assertThatThrownBy(() -> schedule(Map.of("finalSparsity", 1)))
        .hasMessage("finalSparsity: 1 is not allowed (allowed: number, 0 to below 1)");
    assertThatThrownBy(() -> schedule(Map.of("finalSparsity", 0.5, "initialSparsity", -0.1)))
        .hasMessage("initialSparsity: -0.1 is not allowed (allowed: number, 0 to below 1)");
  }

  @Test
  void refusesAPowerThatDoesNotRise() {
    assertThatThrownBy(() -> schedule(Map.of("finalSparsity", 0.5, "power", 0)))
        .hasMessage("power: 0 is not allowed (allowed: number, at least 0.1)");
  }

  @Property
  void reachesItsFinalSparsityAndNeverFalls(
      @ForAll @IntRange(min = 0, max = 400) int begin,
      @ForAll @IntRange(min = 1, max = 400) int length,
      @ForAll @IntRange(min = 1, max = 400) int frequency,
      @ForAll @IntRange(max = 100) int rest,
      @ForAll @DoubleRange(min = 0, max = 0.99) double from,
      @ForAll @DoubleRange(min = 0, max = 0.99) double to,
      @ForAll @DoubleRange(min = 0.1, max = 9) double power) {
    double initial = Math.min(from, to);
    double last = Math.max(from, to);
    int end = begin + length;
    Map<String, Object> given =
        Map.of(
            "initialSparsity", initial,
            "finalSparsity", last,
            "begin", begin,
            "end", end,
            "frequency", Math.min(frequency, length),
            "power", power);
    Schedule schedule = schedule(given, new Horizon(end + rest, 1));

    assertThat(schedule.updatesAt(begin)).isTrue();
    assertThat(schedule.updatesAt(end)).isTrue();
    assertThat(schedule.sparsityAt(begin)).isCloseTo(initial, within(1e-12));
    assertThat(schedule.sparsityAt(end)).isEqualTo(last);
    double before = 0;
    for (int step = 0; step <= end + rest; step++) {
      double sparsity = schedule.sparsityAt(step);
      assertThat(sparsity).isBetween(before, last);
      assertThat(schedule.updatesAt(step)).isIn(false, step >= begin && step <= end);
      before = sparsity;
    }
  }

  private static Schedule schedule(Map<String, ?> given) {
    return schedule(given, new Horizon(1000, 100));
  }

  private static Schedule schedule(Map<String, ?> given, Horizon horizon) {
    PolynomialScheduler scheduler = new PolynomialScheduler();
    return scheduler.schedule(Parameters.of(scheduler.description(), given), horizon);
  }
}
