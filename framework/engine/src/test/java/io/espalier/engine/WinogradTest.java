package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

  @Test
  void gradientsEqualCentralDifferences() {
    Net net = net();
    Model model = net.classifier(3);
    assertThat(ExecutionPlan.compile(model).cuts().operations()).hasSize(2);
    Gradients.check(model, net.data(SAMPLES, 3), VectorKernels::new);
  }

  /** Each linear map of the plain kernels and of the vector kernels. */
  @Test
  void kernelsAgree() {
    WinogradKernels plain = new PlainWinogradKernels();
    WinogradKernels vector = new VectorWinogradKernels();
    assertSame(plain::inputs, vector::inputs);
    assertSame(plain::outputs, vector::outputs);
    assertSame(plain::outputGradients, vector::outputGradients);
    assertSame(plain::weights, vector::weights);
    assertSame(plain::weightGradients, vector::weightGradients);
  }

  private interface LinearMap {
    void run(
        float[] from, int f0, int fRow, int fColumn, float[] to, int t0, int tRow, int tColumn);
  }

  private static void assertSame(LinearMap plain, LinearMap vector) {
    int pixel = 2 * Kernels.PAD;
    int row = 7 * pixel;
    float[] from = new float[7 * row];
    Random random = new Random(1);
    for (int i = 0; i < from.length; i++) {
      from[i] = (float) random.nextGaussian();
    }
    float[] one = new float[from.length];
    float[] other = new float[from.length];
    plain.run(from, 3, row, pixel, one, 5, row, pixel);
    vector.run(from, 3, row, pixel, other, 5, row, pixel);
    assertThat(other).containsExactly(one, within(1e-4f));
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
}
