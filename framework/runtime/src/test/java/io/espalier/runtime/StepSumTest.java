package io.espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Statistic;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class StepSumTest {
  private static float[] after(Statistic kind, float[]... gradients) {
    StepSum sum = StepSum.of(kind, 2);
    for (float[] gradient : gradients) {
      sum.add(FloatBuffer.wrap(new float[] {2, -1}), FloatBuffer.wrap(gradient));
    }
    return sum.values();
  }

  @Test
  void movementSubtractsProducts() {
    assertThat(after(Statistic.MOVEMENT, new float[] {1, 1}, new float[] {3, 1}))
        .containsExactly(-8, 2);
  }

  @Test
  void momentumOfSaliencyDecays() {
    assertThat(after(Statistic.SALIENCY_MOMENTUM, new float[] {1, 1}, new float[] {0, 2}))
        .containsExactly(new float[] {1.8f, 2.9f}, within(1e-6f));
  }

  @Test
  void adamMovesByOneAStepWhateverTheGradientsSize() {
    assertThat(after(Statistic.ADAM_MOVEMENT, new float[] {1000, 0.001f}))
        .containsExactly(new float[] {-1, 1}, within(1e-4f));
  }

  /** Products 2 and -2: means 0.2 and -0.02, corrected by 0.1 and 0.19; the square stays 4. */
  @Test
  void adamCorrectsItsMeans() {
    assertThat(after(Statistic.ADAM_MOVEMENT, new float[] {1, 0}, new float[] {-1, 0})[0])
        .isCloseTo(-1 + 0.02f / 0.19f / 2, within(1e-5f));
  }

  @Test
  void otherStatisticsAreNoneOfSteps() {
    assertThatThrownBy(() -> StepSum.of(Statistic.GRADIENT, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
