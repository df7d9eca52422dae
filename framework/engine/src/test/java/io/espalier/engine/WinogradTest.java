package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions of 3x3 over many channels, by minimal filtering. */
class WinogradTest {
  private static final int SAMPLES = 2;
  private static final Net.Window SAME = new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 1);

  /** Two in a row, a residual connection around them, and a normalisation between. */
  private static Net net() {
    Net net = new Net(Shape.of(1, 4, 8), 3).conv(32, 1, 1, true, Net.Window.PLAIN);
    String fork = net.relu().top();
    net.conv(32, 3, 3, false, SAME).normalise().relu();
    return net.conv(32, 3, 3, false, SAME).add(fork).relu();
  }

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsEqualCentralDifferences(boolean vector) {
    Net net = net();
    Model model = net.classifier(3);
    assertThat(ExecutionPlan.compile(model).cuts().operations()).hasSize(2);
    Gradients.check(model, net.data(SAMPLES, 3), kernels(vector));
  }

  @Test
  void bytesDoNotDependOnThreads() {
    Net net = net();
    Model model = net.classifier(3);
    ArrayData data = net.data(SAMPLES, 3);
    Model one = Trainings.train(model, data, Trainings.threads(1));
    assertThat(Trainings.train(model, data, Trainings.threads(2))).isEqualTo(one);
    assertThat(Trainings.train(model, data, Trainings.threads(5))).isEqualTo(one);
  }

  @Test
  void measuringGivesWhatTheDefinitionGives() {
    Net net = new Net(Shape.of(1, 4, 8), 3).conv(32, 1, 1, true, Net.Window.PLAIN);
    Model model = net.conv(32, 3, 3, false, SAME).classifier(3);
    ArrayData data = net.data(SAMPLES, 3);
    ExecutionPlan plan = ExecutionPlan.compile(model);
    float[] weights = plan.layout().weights(model);
    double expected = new Reference(model).loss(data);
    int[] all = IntStream.range(0, SAMPLES).toArray();
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = new BatchPass(plan, pool, data, VectorKernels::new, weights, 0);
      pass.measure(all, 0, SAMPLES);
      assertThat(pass.loss() / SAMPLES).isCloseTo(expected, within(1e-5 * (1 + expected)));
      pass.train(all, 0, SAMPLES, 0);
      assertThat(pass.loss() / SAMPLES).isCloseTo(expected, within(1e-4 * (1 + expected)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAllocateNothing(boolean vector) {
    Net net = net();
    AllocationTest.assertSettles(net.classifier(3), net.data(AllocationTest.BATCH, 3), vector);
  }
}
