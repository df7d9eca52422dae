package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions with so many weights that a batch goes through them as a whole. */
class PatchConvolutionTest {
  private static final int SAMPLES = 2;

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  private static Net net(long seed, int kernel, boolean bias, Net.Window window) {
    Net net = new Net(Shape.of(1, 4, 3), seed).conv(17, 1, 1, true, Net.Window.PLAIN);
    return net.conv(64, kernel, kernel, bias, window).relu();
  }

  /** The windows of residual networks, and odd ones. */
  @Property(tries = 6, seed = "20260101")
  void gradientsEqualCentralDifferences(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean bias,
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll @Size(4) List<@IntRange(min = 1, max = 2) Integer> pads) {
    List<Long> wide = pads.stream().map(Integer::longValue).toList();
    Net net = net(seed, kernel, bias, new Net.Window(stride, 2, dilation, 1, wide, 1));
    Model model = net.classifier(3);
    assertThat(ExecutionPlan.compile(model).cuts().operations())
        .hasOnlyElementsOfType(PatchConvolution.class);
    Gradients.check(model, net.data(SAMPLES, 3), kernels(vector));
  }

  /** The gradient of a value that two convolutions read is the sum of both. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsOfForksAdd(boolean vector) {
    Net.Window half = new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1);
    Net net = new Net(Shape.of(1, 4, 4), 3).conv(16, 1, 1, true, Net.Window.PLAIN);
    String fork = net.top();
    String one = net.conv(64, 1, 1, false, half).top();
    net.from(fork).conv(64, 2, 2, false, half).add(one).relu();
    Gradients.check(net.classifier(3), net.data(SAMPLES, 3), kernels(vector));
  }

  /** Between layers whose channels lie side by side, as in residual networks with bottlenecks. */
  @Test
  void gradientsOfBottlenecksEqualCentralDifferences() {
    Net.Window same = new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 1);
    Net.Window half = new Net.Window(2, 2, 1, 1, List.of(1L, 1L, 1L, 1L), 1);
    Net net = new Net(Shape.of(3, 4, 4), 5).conv(32, 1, 1, false, Net.Window.PLAIN).normalise();
    String fork = net.relu().top();
    net.conv(32, 3, 3, false, same).normalise().relu();
    net.conv(32, 1, 1, false, Net.Window.PLAIN).normalise().add(fork).relu();
    net.conv(32, 3, 3, false, half).normalise().relu();
    Model model = net.classifier(3);
    assertThat(ExecutionPlan.compile(model).values()).anyMatch(value -> value.lanes() > 0);
    assertThat(ExecutionPlan.compile(model).cuts().operations()).hasSize(2);
    Gradients.check(model, net.data(SAMPLES, 3), VectorKernels::new);
    Gradients.checkMeasuring(model, net.data(SAMPLES, 3), VectorKernels::new);
  }

  @Test
  void measuringGivesWhatTrainingGives() {
    Net net = net(3, 3, true, Net.Window.PLAIN);
    Model model = net.classifier(3);
    ArrayData data = net.data(SAMPLES, 3);
    ExecutionPlan plan = ExecutionPlan.compile(model);
    float[] weights = plan.layout().weights(model);
    int[] all = IntStream.range(0, SAMPLES).toArray();
    try (WorkerPool pool = new WorkerPool(2)) {
      BatchPass pass = new BatchPass(plan, pool, data, VectorKernels::new, weights, 0);
      pass.measure(all, 0, SAMPLES);
      double measured = pass.loss();
      pass.train(all, 0, SAMPLES, 0);
      assertThat(pass.loss()).isCloseTo(measured, within(1e-6 * measured));
    }
  }
}
