package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Compares the engine's gradients with central differences of the reference's loss: within a
 * thousandth of the largest of the same tensor (at least 1e-2).
 */
final class Gradients {
  private static final double STEP = 1e-7;
  private static final double RELATIVE = 1e-3;
  private static final double SMALLEST = 1e-2;
  private static final int CHECKED_PER_TENSOR = 8;

  private Gradients() {}

  /** Checks loss and gradients of all parameters on all samples, with one of the kernels. */
  static void check(Model model, ArrayData data, Supplier<Kernels> kernels) {
    check(model, data, kernels, true);
  }

  /** The same of a batch that runs as when measuring, with running statistics. */
  static void checkMeasuring(Model model, ArrayData data, Supplier<Kernels> kernels) {
    check(model, data, kernels, false);
  }

  private static void check(
      Model model, ArrayData data, Supplier<Kernels> kernels, boolean training) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    Reference reference = new Reference(model, training);
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = new BatchPass(plan, pool, data, kernels, state.weights(), 0);
      int[] all = IntStream.range(0, data.size()).toArray();
      if (training) {
        pass.train(all, 0, all.length, 0);
      } else {
        pass.differentiate(all, 0, all.length);
      }
      double loss = reference.loss(data);
      assertThat(pass.loss() / data.size()).isCloseTo(loss, within(1e-4 * (1 + Math.abs(loss))));
      for (ParameterSlot slot : plan.layout().slots()) {
        check(slot, pass.gradients(), reference, data);
      }
    }
  }

  private static void check(
      ParameterSlot slot, float[][] gradients, Reference reference, ArrayData data) {
    double[] weights = reference.tensor(slot.name());
    int[] elements =
        weights.length <= CHECKED_PER_TENSOR
            ? IntStream.range(0, weights.length).toArray()
            : new Random(weights.length).ints(CHECKED_PER_TENSOR, 0, weights.length).toArray();
    double[] expected = new double[elements.length];
    double largest = SMALLEST;
    for (int i = 0; i < elements.length; i++) {
      double weight = weights[elements[i]];
      weights[elements[i]] = weight + STEP;
      double above = reference.loss(data);
      weights[elements[i]] = weight - STEP;
      double below = reference.loss(data);
      weights[elements[i]] = weight;
      expected[i] = (above - below) / (2 * STEP);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    for (int i = 0; i < elements.length; i++) {
      double actual = 0;
      for (float[] group : gradients) {
        int at = slot.position(elements[i]);
        actual += at < group.length ? group[at] : 0;
      }
      assertThat(actual)
          .as("gradient of %s[%d]", slot.name(), elements[i])
          .isCloseTo(expected[i], within(RELATIVE * largest));
    }
  }
}
