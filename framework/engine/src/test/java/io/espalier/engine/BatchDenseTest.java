package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dense layers so large that a batch goes through them as a whole. */
class BatchDenseTest {
  private static final int SAMPLES = 21;

  private static Net net() {
    return new Net(Shape.of(250), 3).dense(270).relu().dense(261).relu();
  }

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsEqualCentralDifferences(boolean vector) {
    Net net = net();
    Model model = net.dense(3).model();
    assertThat(ExecutionPlan.compile(model).cuts().operations()).hasSize(2);
    Gradients.check(model, net.data(SAMPLES, 3), kernels(vector));
  }

  @Test
  void measuringGivesWhatTrainingGives() {
    Net net = net();
    Model model = net.dense(3).model();
    ArrayData data = net.data(SAMPLES, 3);
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    int[] all = IntStream.range(0, SAMPLES).toArray();
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = new BatchPass(plan, pool, data, VectorKernels::new, state.weights(), 0);
      pass.measure(all, 0, SAMPLES);
      double measured = pass.loss();
      pass.train(all, 0, SAMPLES, 0);
      assertThat(pass.loss()).isCloseTo(measured, within(1e-6 * measured));
    }
  }

  @Test
  void kernelsAgree() {
    Net net = net();
    Model model = net.dense(3).model();
    ArrayData data = net.data(SAMPLES, 3);
    assertThat(loss(model, data, true)).isCloseTo(loss(model, data, false), within(1e-4));
  }

  private static double loss(Model model, ArrayData data, boolean vector) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    try (WorkerPool pool = new WorkerPool(1)) {
      BatchPass pass = new BatchPass(plan, pool, data, kernels(vector), state.weights(), 0);
      pass.train(IntStream.range(0, SAMPLES).toArray(), 0, SAMPLES, 0);
      return pass.loss() / SAMPLES;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAllocateNothing(boolean vector) {
    Net net = net();
    AllocationTest.assertSettles(net.dense(3).model(), net.data(AllocationTest.BATCH, 3), vector);
  }
}
