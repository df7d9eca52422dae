package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.core.TutorialCnn;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps allocate nothing, from the moment on when the compiler has got through the kernels: before
 * that, vectors are objects.
 */
class AllocationTest {
  private static final int STEPS = 50;
  static final int BATCH = 32;
  private static final int MOST_BYTES = 64;
  private static final long PATIENCE_SECONDS = 20;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAllocateNothing(boolean vector) {
    Model model = Trainings.constrained(Trainings.net(1).classifier(4));
    assertSettles(model, Trainings.data(BATCH), vector);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsOfTheTutorialNetworkAllocateNothing(boolean vector) {
    ArrayData data = new Net(Shape.of(1, 28, 28), 3).data(BATCH, 10);
    assertSettles(TutorialCnn.build(1), data, vector);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsOfNormalisedNetworksAllocateNothing(boolean vector) {
    assertSettles(Trainings.normalised(1), Trainings.data(BATCH), vector);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsOfDepthwiseNetworksAllocateNothing(boolean vector) {
    Net net = new Net(Shape.of(1, 9, 9), 1);
    net.conv(8, 3, 3, false, Net.Window.PLAIN).normalise().relu();
    String fork = net.conv(12, 1, 1, false, Net.Window.PLAIN).normalise().top();
    net.conv(12, 3, 3, false, new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 12));
    net.normalise().relu().conv(12, 1, 1, false, Net.Window.PLAIN).normalise().add(fork);
    net.node("GlobalAveragePool", List.of(), Map.of());
    assertSettles(net.classifier(4), net.data(BATCH, 4), vector);
  }

  @Test
  void stepsOfConvolutionsOverTheWholeBatchAllocateNothing() {
    Net.Window same = new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 1);
    Net net = new Net(Shape.of(1, 4, 4), 1).conv(32, 1, 1, true, Net.Window.PLAIN);
    net.conv(32, 3, 3, false, same).normalise().relu().conv(32, 3, 3, true, Net.Window.PLAIN);
    assertSettles(net.classifier(4), net.data(BATCH, 4), true);
  }

  static void assertSettles(Model model, ArrayData data, boolean vector) {
    Supplier<Kernels> kernels = vector ? VectorKernels::new : PlainKernels::new;
    ExecutionPlan plan = ExecutionPlan.compile(model);
    TrainingState state = new TrainingState(model, plan.layout(), new OptimizerChoice.Adam());
    int[] all = IntStream.range(0, BATCH).toArray();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (WorkerPool pool = new WorkerPool(1)) {
      BatchPass pass = new BatchPass(plan, pool, data, kernels, state.weights(), 0);
      WeightUpdate update = new WeightUpdate(state, pool, 0, 1);
      double bytes;
      do {
        long before = allocated();
        for (int i = 0; i < STEPS; i++) {
          pass.train(all, 0, BATCH, i);
          update.step(pass.gradients(), 1e-4, 1);
        }
        bytes = (allocated() - before) / (double) STEPS;
      } while (bytes > MOST_BYTES && System.nanoTime() < deadline);
      assertThat(bytes).as("bytes per step").isLessThanOrEqualTo(MOST_BYTES);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
