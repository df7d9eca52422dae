package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Gradients of networks with batch normalisation equal central differences over the batch. */
class BatchNormalizationGradientTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 12;
  private static final Net.Window PADDED = new Net.Window(1, 1, 1, 1, List.of(1L, 1L, 1L, 1L), 1);

  /** Fixed, because a value within rounding of a kink may have another slope in float. */
  private static final String SEED = "20260102";

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  private static Net.Window depthwise(long channels, int stride) {
    return new Net.Window(stride, stride, 1, 1, List.of(1L, 1L, 1L, 1L), channels);
  }

  @Property(tries = TRIES, seed = SEED)
  void normalisedConvolution(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean relu,
      @ForAll @IntRange(min = 2, max = 40) int samples) {
    Net net = new Net(Shape.of(2, 6, 5), seed);
    net.conv(3, 3, 3, relu, PADDED).normalise();
    if (relu) {
      net.relu();
    }
    net.conv(3, 2, 2, true, Net.Window.PLAIN);
    Gradients.check(net.classifier(CLASSES), net.data(samples, CLASSES), kernels(vector));
  }

  @Property(tries = TRIES, seed = SEED)
  void normalisedInputAndDenseLayers(@ForAll long seed, @ForAll boolean vector) {
    Net net = new Net(Shape.of(7), seed);
    net.normalise().dense(9).normalise().relu().dense(CLASSES).normalise();
    Gradients.check(net.model(), net.data(19, CLASSES), kernels(vector));
  }

  /** What is only compared, behind other normalisations, gets no gradient of theirs. */
  @Property(tries = TRIES, seed = SEED)
  void conditionsFromBeforeOtherNormalisations(
      @ForAll long seed, @ForAll boolean vector, @ForAll boolean chosen) {
    Net net = new Net(Shape.of(2, 5, 5), seed);
    String zero = net.tensor(Tensor.ofFloats("zero", Shape.of(), 0));
    String gate = net.conv(3, 3, 3, false, PADDED).normalise().top();
    net.from("input").conv(3, 3, 3, false, PADDED).normalise().relu();
    String value = net.conv(3, 1, 1, false, Net.Window.PLAIN).normalise().top();
    net.from(gate).node("Greater", List.of(zero), Map.of());
    if (chosen) {
      net.node("Where", List.of(value, zero), Map.of());
    } else {
      net.node("Cast", List.of(), Map.of("to", new Attribute.Int(1)));
      net.node("Mul", List.of(value), Map.of());
    }
    net.conv(3, 2, 2, false, Net.Window.PLAIN).normalise();
    Gradients.check(net.classifier(CLASSES), net.data(11, CLASSES), kernels(vector));
  }

  /** Two branches that meet again, one of them across two normalisations. */
  @Property(tries = TRIES, seed = SEED)
  void residualBlocks(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean projected,
      @ForAll @IntRange(min = 2, max = 9) int samples) {
    Net net = new Net(Shape.of(2, 3, 4), seed);
    String fork = net.conv(3, 3, 3, false, PADDED).normalise().relu().top();
    String main =
        net.conv(3, 3, 3, false, PADDED)
            .normalise()
            .relu()
            .conv(3, 3, 3, false, PADDED)
            .normalise()
            .top();
    String skip =
        projected ? net.from(fork).conv(3, 1, 1, false, Net.Window.PLAIN).normalise().top() : fork;
    String joined = net.from(main).add(skip).relu().top();
    net.normalise().relu().conv(3, 3, 3, true, PADDED).add(joined).add(fork);
    net.node("GlobalAveragePool", List.of(), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(samples, CLASSES), kernels(vector));
  }

  /** The block of MobileNetV2 (Sandler et al. 2018), with Relu. */
  @Property(tries = TRIES, seed = SEED)
  void invertedResidualBlocks(
      @ForAll long seed, @ForAll boolean vector, @ForAll @IntRange(min = 1, max = 2) int stride) {
    Net net = new Net(Shape.of(2, 8, 7), seed);
    net.conv(3, 3, 3, false, new Net.Window(2, 2, 1, 1, List.of(1L, 1L, 1L, 1L), 1));
    String in = net.normalise().top();
    net.conv(9, 1, 1, false, Net.Window.PLAIN).normalise().relu();
    net.conv(9, 3, 3, false, depthwise(9, stride)).normalise().relu();
    net.conv(3, 1, 1, false, Net.Window.PLAIN).normalise();
    if (stride == 1) {
      net.add(in);
    }
    Model model = net.classifier(CLASSES);
    Gradients.check(model, net.data(17, CLASSES), kernels(vector));
  }

  /** What else keeps something between the passes: pools and their winners. */
  @Property(tries = TRIES, seed = SEED)
  void pooledBetweenNormalisations(
      @ForAll long seed, @ForAll boolean vector, @ForAll boolean halving) {
    Net net = new Net(Shape.of(1, 8, 8), seed);
    net.conv(3, 3, 3, true, PADDED).normalise().relu();
    long kernel = halving ? 2 : 3;
    net.pool("MaxPool", kernel, kernel, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
    net.normalise();
    net.pool("AveragePool", 2, 2, Net.Window.PLAIN).normalise();
    Gradients.check(net.classifier(CLASSES), net.data(11, CLASSES), kernels(vector));
  }

  /** Running statistics are constants of the loss. */
  @Property(tries = TRIES, seed = SEED)
  void runningStatisticsInPlaceOfTheBatchs(
      @ForAll long seed, @ForAll boolean vector, @ForAll @IntRange(min = 1, max = 40) int samples) {
    Net net = new Net(Shape.of(2, 6, 5), seed);
    String fork = net.conv(3, 3, 3, true, PADDED).normalise().relu().top();
    net.conv(3, 3, 3, false, PADDED).normalise().add(fork).relu();
    Gradients.checkMeasuring(net.classifier(CLASSES), net.data(samples, CLASSES), kernels(vector));
  }
}
