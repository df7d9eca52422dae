package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Horizon;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static final Horizon HUNDRED = new Horizon(100, 10);

  private static double at(LearningRate.Shape shape, int warmup, int step, int total) {
    return new LearningRate(0.2, shape, warmup).at(step, new Horizon(total, 10));
  }

  @Test
  void constantStays() {
    assertThat(new LearningRate(1, LearningRate.Shape.CONSTANT, 0).at(99, HUNDRED)).isEqualTo(1);
  }

  @Test
  void linearFallsToZero() {
    LearningRate linear = new LearningRate(1, LearningRate.Shape.LINEAR, 0);
    assertThat(linear.at(25, HUNDRED)).isEqualTo(0.75);
    assertThat(linear.at(99, HUNDRED)).isCloseTo(0.01, within(1e-12));
  }

  @Test
  void cosineFallsToZeroAfterItsWarmUp() {
    assertThat(at(LearningRate.Shape.COSINE, 10, 0, 110)).isCloseTo(0.02, within(1e-12));
    assertThat(at(LearningRate.Shape.COSINE, 10, 9, 110)).isCloseTo(0.2, within(1e-12));
    assertThat(at(LearningRate.Shape.COSINE, 10, 10, 110)).isCloseTo(0.2, within(1e-12));
    assertThat(at(LearningRate.Shape.COSINE, 10, 60, 110)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void stepsFallEveryFewEpochs() {
    LearningRate.Shape steps = new LearningRate.Steps(3, 0.1);
    assertThat(at(steps, 4, 1, 100)).isCloseTo(0.1, within(1e-12));
    assertThat(at(steps, 4, 29, 100)).isCloseTo(0.2, within(1e-12));
    assertThat(at(steps, 4, 30, 100)).isCloseTo(0.02, within(1e-12));
    assertThat(at(steps, 4, 99, 100)).isCloseTo(0.0002, within(1e-12));
  }

  /** Ten steps at most 1: what PyTorch's OneCycleLR with its defaults gives, rounded. */
  @Test
  void oneCycleRisesAndFalls() {
    double[] expected = {
      0.04, 0.52, 1.0, 0.9504846, 0.8117456, 0.6112621, 0.3887419, 0.1882584, 0.0495194, 0.000004
    };
    LearningRate cycle = new LearningRate(1, new LearningRate.OneCycle(), 0);
    for (int step = 0; step < expected.length; step++) {
      assertThat(cycle.at(step, new Horizon(10, 5)))
          .as("step %d", step)
          .isCloseTo(expected[step], within(1e-6));
    }
  }

  @Test
  void oneCycleOfAFewStepsStaysInItsRange() {
    for (int total = 1; total <= 8; total++) {
      for (int warmup = 0; warmup < total; warmup++) {
        for (int step = 0; step < total; step++) {
          assertThat(at(new LearningRate.OneCycle(), warmup, step, total)).isBetween(0.0, 0.2);
        }
      }
    }
  }

  @Test
  void warmUpRisesToTheFirstRateOfACycle() {
    LearningRate.Shape cycle = new LearningRate.OneCycle();
    assertThat(at(cycle, 10, 4, 110)).isCloseTo(0.2 / 25 / 2, within(1e-12));
    assertThat(at(cycle, 10, 9, 110)).isCloseTo(0.2 / 25, within(1e-12));
    assertThat(at(cycle, 10, 10, 110)).isCloseTo(0.2 / 25, within(1e-12));
    assertThat(at(cycle, 10, 39, 110)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void warmUpPrecedesAPlateau() {
    LearningRate.Shape plateau = new LearningRate.Plateau(0.5, 1);
    assertThat(at(plateau, 4, 1, 100)).isCloseTo(0.1, within(1e-12));
    assertThat(at(plateau, 4, 50, 100)).isCloseTo(0.2, within(1e-12));
  }
}
