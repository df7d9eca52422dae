package io.espalier.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Property
  void ticksAreFewAndOnTheAxis(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1e7) double length,
      @ForAll @IntRange(min = 2, max = 12) int most) {
    Axis axis = Axis.over(low, low + length, 100, 0);

    assertThat(axis.ticks(most))
        .hasSizeLessThanOrEqualTo(most + 1)
        .allSatisfy(tick -> assertThat(axis.pixel(tick)).isBetween(-1e-3, 100 + 1e-3));
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(new Axis(0, 1, 0, 1).ticks(5))
        .containsExactly(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0);
    assertThat(Axis.text(0.6000000000000001)).isEqualTo("0.6");
    assertThat(Axis.text(12_000)).isEqualTo("12,000");
  }

  @Test
  void aSingleValueGetsRoomAroundIt() {
    Axis axis = Axis.over(4, 4, 0, 10);

    assertThat(axis.pixel(4)).isEqualTo(5);
    assertThat(axis.ticks(4)).isNotEmpty();
  }
}
