package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Optimizers against their published rules, worked out step by step in double precision. */
class OptimizerStepsTest {
  private static final int STEPS = 60;
  private static final int LENGTH = 23;
  private static final double RATE = 0.03;

  /** A published rule for one weight. */
  private interface Rule {
    double next(double weight, double gradient, int step);
  }

  /** A new rule for each weight. */
  private interface Rules {
    Rule make();
  }

  private static void assertFollows(OptimizerChoice choice, double decay, Rules rules) {
    Random random = new Random(4);
    float[] weights = new float[LENGTH];
    float[] alive = new float[LENGTH];
    double[] expected = new double[LENGTH];
    Rule[] own = new Rule[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      alive[i] = i % 5 == 3 ? 0 : 1;
      weights[i] = alive[i] * (float) random.nextGaussian();
      expected[i] = weights[i];
      own[i] = rules.make();
    }
    Optimizer optimizer = Optimizer.of(choice, LENGTH);
    float[] gradients = new float[LENGTH];
    for (int step = 1; step <= STEPS; step++) {
      for (int i = 0; i < LENGTH; i++) {
        gradients[i] = (float) random.nextGaussian() + 0.2f;
        expected[i] = alive[i] == 0 ? 0 : own[i].next(expected[i], gradients[i], step);
      }
      optimizer.update(weights, gradients, alive, 0, 10, RATE, decay, step);
      optimizer.update(weights, gradients, alive, 10, LENGTH, RATE, decay, step);
      for (int i = 0; i < LENGTH; i++) {
        assertThat((double) weights[i])
            .as("weight %d after step %d", i, step)
            .isCloseTo(expected[i], within(2e-5 * (1 + Math.abs(expected[i]))));
      }
    }
    for (int i = 3; i < LENGTH; i += 5) {
      assertThat(Float.floatToRawIntBits(weights[i])).isZero();
      for (float[] state : optimizer.state().values()) {
        assertThat(state[i]).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.999, 1e-8, 0, true",
    "0.9, 0.999, 1e-8, 0.1, true",
    "0.5, 0.9, 0.01, 0.02, true",
    "0.9, 0.999, 1e-8, 0, false",
    "0.9, 0.999, 1e-3, 0.1, false",
    "0.5, 0.9, 0.01, 0.02, false"
  })
  void adamAddsItsDecayToTheGradientUnlessDecoupled(
      double beta1, double beta2, double epsilon, double decay, boolean decoupled) {
    assertFollows(
        new OptimizerChoice.Adam(beta1, beta2, epsilon, decoupled),
        decay,
        () -> {
          double[] moments = new double[2];
          return (weight, gradient, step) -> {
            double g = decoupled ? gradient : gradient + decay * weight;
            double shrunk = decoupled ? weight - RATE * decay * weight : weight;
            moments[0] += (1 - beta1) * (g - moments[0]);
            moments[1] += (1 - beta2) * (g * g - moments[1]);
            double mean = moments[0] / (1 - Math.pow(beta1, step));
            double square = moments[1] / (1 - Math.pow(beta2, step));
            return shrunk - RATE * mean / (Math.sqrt(square) + epsilon);
          };
        });
  }

  @ParameterizedTest
  @CsvSource({"0.99, 1e-8, 0, 0", "0.99, 1e-8, 0.9, 0", "0.9, 0.001, 0, 0.1", "0.9, 1e-8, 0.5, 1"})
  void rmsPropAddsItsDecayToTheGradient(
      double alpha, double epsilon, double momentum, double decay) {
    assertFollows(
        new OptimizerChoice.RmsProp(alpha, epsilon, momentum),
        decay,
        () -> {
          double[] state = new double[2];
          return (weight, gradient, step) -> {
            double g = gradient + decay * weight;
            state[0] = alpha * state[0] + (1 - alpha) * g * g;
            state[1] = momentum * state[1] + g / (Math.sqrt(state[0]) + epsilon);
            return weight - RATE * state[1];
          };
        });
  }

  @ParameterizedTest
  @CsvSource({"0.9, true, 0", "0.9, true, 0.1", "0.9, false, 0.1", "0, false, 0"})
  void descentLooksAheadWithNesterovsMomentum(double momentum, boolean nesterov, double decay) {
    assertFollows(
        new OptimizerChoice.Sgd(momentum, nesterov),
        decay,
        () -> {
          double[] velocity = new double[1];
          return (weight, gradient, step) -> {
            double g = gradient + decay * weight;
            velocity[0] = momentum * velocity[0] + g;
            return weight - RATE * (nesterov ? g + momentum * velocity[0] : velocity[0]);
          };
        });
  }

  @Test
  void firstStepsAreThoseComputedByHand() {
    Optimizer rmsProp = Optimizer.of(new OptimizerChoice.RmsProp(), 1);
    float[] weights = {1f};
    rmsProp.update(weights, new float[] {2f}, new float[] {1f}, 0, 1, 0.01, 0, 1);
    // v = 0.01 * 4 = 0.04, root 0.2; step 0.01 * 2 / 0.2 = 0.1.
    assertThat(weights[0]).isCloseTo(0.9f, within(1e-6f));

    Optimizer nesterov = Optimizer.of(new OptimizerChoice.Sgd(0.9, true), 1);
    weights[0] = 1f;
    nesterov.update(weights, new float[] {0.5f}, new float[] {1f}, 0, 1, 0.1, 0, 1);
    // v = 0.5; step 0.1 * (0.5 + 0.9 * 0.5) = 0.095.
    assertThat(weights[0]).isCloseTo(0.905f, within(1e-6f));
  }

  @Test
  void rmsPropWithoutMomentumKeepsNoVelocity() {
    assertThat(Optimizer.of(new OptimizerChoice.RmsProp(), 4).state())
        .containsOnlyKeys("rmsprop.v");
  }
}
