package io.espalier.plugins.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Horizon;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpdatesTest {
  private static final Horizon RUN = new Horizon(844, 422);

  @Test
  void fireAtBeginEveryFrequencyAndAtEnd() {
    assertThat(steps(Map.of("begin", 100, "end", 350, "frequency", 100)))
        .containsExactly(100, 200, 300, 350);
  }

  @Test
  void fireOnceWhereEndIsAMultiple() {
    assertThat(steps(Map.of("begin", 0, "end", 300, "frequency", 100)))
        .containsExactly(0, 100, 200, 300);
  }

  @Test
  void endWithTheRunUnlessTold() {
    assertThat(steps(Map.of("begin", 600))).containsExactly(600, 700, 800, 844);
  }

  @Test
  void countEpochsAndSharesOfTheRun() {
    assertThat(steps(Map.of("unit", "epochs", "begin", 0.5, "end", 2, "frequency", 0.5)))
        .containsExactly(211, 422, 633, 844);
    assertThat(steps(Map.of("unit", "share", "begin", 0, "end", 0.5, "frequency", 0.25)))
        .containsExactly(0, 211, 422);
  }

  @Test
  void fireAFortiethOfTheRunApartInOtherUnits() {
    assertThat(steps(Map.of("unit", "share"))).hasSize(42).startsWith(0, 21, 42).endsWith(844);
  }

  @Test
  void takeTheNamesOfOtherTools() {
    assertThat(steps(Map.of("begin_step", 20, "end_step", 60, "pruning_frequency", 20)))
        .containsExactly(20, 40, 60);
    assertThat(steps(Map.of("pruning_end", 100))).containsExactly(0, 100);
  }

  @Test
  void mayBeASingleOne() {
    assertThat(steps(Map.of("begin", 10, "end", 10))).containsExactly(10);
    assertThat(steps(Map.of("begin", 844))).containsExactly(844);
    assertThat(steps(Map.of("end", 0))).containsExactly(0);
  }

  @Test
  void mayFireAsSeldomAsTwice() {
    assertThat(steps(Map.of("end", 100))).containsExactly(0, 100);
  }

  @Test
  void refuseAnEndBeyondTheRun() {
    assertRefused(
        Map.of("end", 845), "end: 845 is not allowed: the run has 844 steps (allowed: -1 to 844)");
  }

  @Test
  void refuseABeginBeyondTheRun() {
    assertRefused(
        Map.of("begin", 900),
        "begin: 900 is not allowed: the run has 844 steps (allowed: 0 to 844)");
  }

  @Test
  void refuseABeginAfterTheEnd() {
    assertRefused(
        Map.of("begin", 20, "end", 10),
        "begin: 20 is not allowed: it is after end 10 (allowed: 0 to 10)");
  }

  @Test
  void refuseAFrequencyThatNeverFires() {
    assertRefused(
        Map.of("begin", 10, "end", 60),
        "frequency: 100 is not allowed: no update falls between begin 10 and end 60"
            + " (allowed: 1 to 50)");
  }

  @Test
  void refuseARunThatIsTooShortForTheFrequency() {
    assertThatThrownBy(() -> Updates.of(parameters(Map.of()), new Horizon(50, 50)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("frequency: 100 is not allowed")
        .hasMessageContaining("end 50");
  }

  @Test
  void refuseNumbersThatMakeNoSense() {
    assertRefused(Map.of("begin", -1), "begin: -1 is not allowed (allowed: number, at least 0)");
    assertRefused(Map.of("end", -2), "end: -2 is not allowed (allowed: number, at least -1)");
    assertRefused(
        Map.of("frequency", 0),
        "frequency: 0 is not allowed: no update falls between begin 0 and end 844"
            + " (allowed: 1 to 844)");
    assertRefused(Map.of("begin", 1.5), "begin: 1.5 is not allowed (allowed: whole steps)");
    assertRefused(
        Map.of("unit", "share", "end", 1.5),
        "end: 1.5 is not allowed (allowed: 0 to 1 of the run)");
  }

  private static void assertRefused(Map<String, ?> given, String message) {
    assertThatThrownBy(() -> Updates.of(parameters(given), RUN))
        .isInstanceOf(ParameterException.class)
        .hasMessage(message);
  }

  private static int[] steps(Map<String, ?> given) {
    Updates updates = Updates.of(parameters(given), RUN);
    return IntStream.rangeClosed(-1, RUN.totalSteps() + 100).filter(updates::includes).toArray();
  }

  private static Parameters parameters(Map<String, ?> given) {
    Map<String, Object> all = new HashMap<>(given);
    all.put("targetSparsity", 0.5);
    return Parameters.of(new ConstantScheduler().description(), all);
  }
}
