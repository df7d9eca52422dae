package io.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Gradients of layers whose channels lie side by side equal central differences. */
class LaneGradientTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 10;

  /** Fixed, because a value within rounding of a kink may have another slope in float. */
  private static final String SEED = "20260103";

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  private static Net.Window depthwise(long channels, int stride, int dilation) {
    return new Net.Window(stride, stride, dilation, dilation, List.of(1L, 2L, 2L, 1L), channels);
  }

  private static Net clip(Net net, float least, float most) {
    String low = net.tensor(Tensor.ofFloats(net.top() + ".low", Shape.of(), new float[] {least}));
    String high = net.tensor(Tensor.ofFloats(net.top() + ".high", Shape.of(), new float[] {most}));
    return net.node("Clip", List.of(low, high), Map.of());
  }

  private static boolean hasLanes(Model model) {
    return ExecutionPlan.compile(model).values().stream().anyMatch(value -> value.lanes() > 0);
  }

  @Property(tries = TRIES, seed = SEED)
  void firstConvolutionThenClippedBlocks(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 2, max = 18) int channels) {
    Net net = new Net(Shape.of(3, 9, 7), seed);
    net.conv(channels, 3, 3, false, new Net.Window(2, 1, 1, 1, List.of(1L, 0L, 1L, 1L), 1));
    clip(net.normalise(), -0.5f, 1.5f);
    net.conv(channels, 3, 3, false, depthwise(channels, stride, 1));
    clip(net.normalise(), 0, 6).conv(4, 1, 1, false, Net.Window.PLAIN).normalise();
    net.node("GlobalAveragePool", List.of(), Map.of());
    Model model = net.classifier(CLASSES);
    assertThat(hasLanes(model)).isTrue();
    Gradients.check(model, net.data(9, CLASSES), kernels(vector));
  }

  /** Sums of what is normalised while it is loaded, in every order, and of the same value twice. */
  @Property(tries = TRIES, seed = SEED)
  void sums(@ForAll long seed, @ForAll boolean vector, @ForAll boolean other) {
    Net net = new Net(Shape.of(4, 5, 3), seed);
    String fork = net.conv(5, 1, 1, false, Net.Window.PLAIN).normalise().top();
    Net.Window same = new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 5);
    String main = net.conv(5, 3, 3, false, same).normalise().relu().top();
    Net joined = other ? net.from(fork).add(main) : net.from(main).add(fork);
    String sum = joined.top();
    net.conv(5, 1, 1, false, Net.Window.PLAIN).normalise().add(sum).add(fork);
    String last = net.top();
    net.from(last).add(last);
    net.node("GlobalAveragePool", List.of(), Map.of());
    Model model = net.classifier(CLASSES);
    Gradients.check(model, net.data(7, CLASSES), kernels(vector));
    Gradients.checkMeasuring(model, net.data(7, CLASSES), kernels(vector));
  }

  /** Operators that need planes between those that do not. */
  @Property(tries = TRIES, seed = SEED)
  void planesBetween(
      @ForAll long seed, @ForAll boolean vector, @ForAll @IntRange(min = 1, max = 2) int dilation) {
    Net net = new Net(Shape.of(2, 8, 8), seed);
    String wide = net.conv(17, 1, 1, false, Net.Window.PLAIN).normalise().relu().top();
    net.pool("MaxPool", 2, 2, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
    net.conv(17, 3, 3, false, depthwise(17, 1, dilation)).normalise().relu();
    net.conv(3, 1, 1, false, Net.Window.PLAIN).normalise();
    String narrow = net.conv(3, 2, 2, true, Net.Window.PLAIN).top();
    net.from(wide).conv(3, 3, 3, true, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
    assertThat(net.shape().rank()).isEqualTo(3);
    net.node("GlobalAveragePool", List.of(), Map.of());
    String pooled = net.top();
    net.from(narrow).node("GlobalAveragePool", List.of(), Map.of()).add(pooled);
    Gradients.check(net.classifier(CLASSES), net.data(6, CLASSES), kernels(vector));
  }

  @Test
  void aConvolutionWithoutNormalisationStaysAsItIs() {
    Net net = new Net(Shape.of(4, 5, 5), 1);
    net.conv(5, 1, 1, false, Net.Window.PLAIN).relu();
    assertThat(hasLanes(net.classifier(CLASSES))).isFalse();
  }
}
