package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SortedValuesTest {
  @Property
  void findsTheFirstValueAboveALimitFromAnyGuess(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = -9, max = 9) Integer> halves,
      @ForAll @FloatRange(min = -6, max = 6) float limit,
      @ForAll @IntRange(max = 50) int guess) {
    SortedValues values = values(halves);
    int expected = 0;
    while (expected < values.size() && values.value(expected) <= limit) {
      expected++;
    }

    assertThat(values.firstAbove(limit, Math.min(guess, values.size()))).isEqualTo(expected);
  }

  @Property
  void knowsMeanAndErrorOfARun(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = -99, max = 99) Integer> halves,
      @ForAll @IntRange(max = 29) int a,
      @ForAll @IntRange(max = 29) int b,
      @ForAll @FloatRange(min = -60, max = 60) float point) {
    SortedValues values = values(halves);
    int from = Math.min(Math.min(a, b), values.size() - 1);
    int to = Math.max(from + 1, Math.min(Math.max(a, b), values.size()));
    double mean = 0;
    double error = 0;
    for (int i = from; i < to; i++) {
      mean += values.value(i) / (to - from);
      error += (values.value(i) - point) * (double) (values.value(i) - point);
    }

    assertThat(values.mean(from, to)).isCloseTo(mean, within(1e-4));
    assertThat(values.error(from, to, point)).isCloseTo(error, within(1e-6 * (1 + error)));
    assertThat(values.error(from, to))
        .isLessThanOrEqualTo(values.error(from, to, point) * (1 + 1e-9) + 1e-9);
  }

  @Test
  void losesNothingFarFromZero() {
    SortedValues values = new SortedValues(new float[] {8_000_000, 8_000_001, 8_000_003});

    assertThat(values.mean(0, 2)).isEqualTo(8_000_000.5);
    assertThat(values.error(0, 2)).isEqualTo(0.5);
  }

  @Test
  void listsDifferentValuesUpToANumber() {
    SortedValues values = new SortedValues(new float[] {2, -0f, 2, 0f, 1});

    assertThat(values.distinct(9)).containsExactly(-0f, 1, 2);
    assertThat(values.distinct(2)).containsExactly(-0f, 1);
  }

  private static SortedValues values(List<Integer> halves) {
    float[] values = new float[halves.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = halves.get(i) * 0.5f;
    }
    return new SortedValues(values);
  }
}
