package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.core.TutorialCnn;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTest {
  private static final int WARM = 3000;
  private static final int MEASURED = 100;
  private static final int BATCH = 32;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAllocateNothing(boolean vector) {
    Supplier<Kernels> kernels = vector ? VectorKernels::new : PlainKernels::new;
    Model model = Trainings.constrained(Trainings.net(1).classifier(4));
    assertThat(bytesPerStep(model, Trainings.data(BATCH), kernels)).isLessThan(64);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsOfTheTutorialNetworkAllocateNothing(boolean vector) {
    Supplier<Kernels> kernels = vector ? VectorKernels::new : PlainKernels::new;
    ArrayData data = new Net(Shape.of(1, 28, 28), 3).data(BATCH, 10);
    assertThat(bytesPerStep(TutorialCnn.build(1), data, kernels)).isLessThan(64);
  }

  private static double bytesPerStep(Model model, ArrayData data, Supplier<Kernels> kernels) {
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    int[] all = IntStream.range(0, BATCH).toArray();
    try (WorkerPool pool = new WorkerPool(1)) {
      BatchPass pass = new BatchPass(plan, pool, data, kernels, state.weights(), 0);
      WorkerPool.Tasks update =
          (range, worker) -> state.update(state.ranges().get(range), pass.gradients(), 1e-4, 0, 1);
      for (int i = 0; i < WARM; i++) {
        pass.train(all, 0, BATCH, i);
        pool.run(update, state.ranges().size());
      }
      long before = allocated();
      for (int i = 0; i < MEASURED; i++) {
        pass.train(all, 0, BATCH, i);
        pool.run(update, state.ranges().size());
      }
      return (allocated() - before) / (double) MEASURED;
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
