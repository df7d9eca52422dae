package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamOptimizerTest {
  private static final float[] ALIVE = {1, 1, 0};

  @Test
  void takesTheStepsThatWereComputedByHand() {
    Optimizer adam = Optimizer.of(new OptimizerChoice.Adam(), 3);
    float[] weights = {1f, -2f, 0f};

    adam.update(weights, new float[] {0.5f, -0.25f, 3f}, ALIVE, 0, 3, 0.1, 0, 1);
    // m = 0.1 g, v = 0.001 g^2; corrected: g and g^2, so each weight moves by the rate.
    assertThat(weights[0]).isCloseTo(0.9f, within(1e-6f));
    assertThat(weights[1]).isCloseTo(-1.9f, within(1e-6f));

    adam.update(weights, new float[] {-1f, -0.25f, 3f}, ALIVE, 0, 3, 0.1, 0, 2);
    // m = 0.9 * 0.05 - 0.1 = -0.055, over 1 - 0.81: -0.2894737;
    // v = 0.999 * 0.00025 + 0.001 = 0.00124975, over 1 - 0.998001: 0.6251876, root 0.7906880;
    // step 0.1 * 0.2894737 / 0.7906880 = 0.0366104.
    assertThat(weights[0]).isCloseTo(0.9366104f, within(1e-6f));
    assertThat(weights[1]).isCloseTo(-1.8f, within(1e-6f));
    assertThat(weights[2]).isZero();
  }

  @Test
  void takesDecoupledDecayOffTheWeightItself() {
    Optimizer adam = Optimizer.of(new OptimizerChoice.Adam(), 1);
    float[] weights = {2f};
    adam.update(weights, new float[] {0f}, new float[] {1f}, 0, 1, 0.1, 0.01, 1);
    assertThat(weights[0]).isCloseTo(1.998f, within(1e-6f));
  }

  @Test
  void leavesDeadElementsAndTheirStateAtZero() {
    Optimizer adam = Optimizer.of(new OptimizerChoice.Adam(), 3);
    float[] weights = {1f, -2f, 0f};
    adam.update(weights, new float[] {0.5f, -0.25f, -3f}, ALIVE, 0, 3, 0.1, 0.1, 1);
    assertThat(Float.floatToRawIntBits(weights[2])).isZero();
    assertThat(adam.state().values()).allSatisfy(state -> assertThat(state[2]).isZero());
  }

  @Test
  void momentumDescentTakesTheStepsThatWereComputedByHand() {
    Optimizer sgd = Optimizer.of(new OptimizerChoice.Sgd(0.9), 1);
    float[] weights = {1f};
    sgd.update(weights, new float[] {0.5f}, new float[] {1f}, 0, 1, 0.1, 0, 1);
    assertThat(weights[0]).isCloseTo(0.95f, within(1e-6f));
    sgd.update(weights, new float[] {1f}, new float[] {1f}, 0, 1, 0.1, 0, 2);
    // v = 0.9 * 0.5 + 1 = 1.45.
    assertThat(weights[0]).isCloseTo(0.805f, within(1e-6f));
  }
}
