package io.espalier.engine;

import ai.onnxruntime.OrtException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of several rows per sample, with a constant and with each other. */
class ProductTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 40;
  private static final String SEED = "20260101";

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  /** Widths that are multiples of the kernels' rows and others. */
  @Property(tries = TRIES, seed = SEED)
  void rowsWithAMatrix(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int hidden) {
    Net net = rowsNet(seed, rows, width, hidden);
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), kernels(vector));
  }

  private static Net rowsNet(long seed, int rows, int width, int hidden) {
    Net net = new Net(Shape.of(rows, width), seed);
    net.node("MatMul", List.of(net.weights(width, hidden)), Map.of());
    net.node("Add", List.of(net.weights(hidden)), Map.of());
    net.node("Tanh", List.of(), Map.of());
    return net.node("MatMul", List.of(net.weights(hidden, 16)), Map.of());
  }

  @ParameterizedTest
  @CsvSource({"16, 32", "15, 17", "32, 5"})
  void rowsAreThoseOfOnnxRuntime(int width, int hidden) throws OrtException {
    Net net = rowsNet(1, 3, width, hidden);
    ForwardTest.assertSame(net.classifier(CLASSES), net.data(ForwardTest.SAMPLES, CLASSES));
  }

  @Property(tries = TRIES, seed = SEED)
  void attention(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll @IntRange(min = 1, max = 5) int tokens,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 7) int width) {
    Net net = attentionNet(seed, tokens, heads, width);
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), kernels(vector));
  }

  @ParameterizedTest
  @CsvSource({"4, 2, 8", "5, 3, 7", "1, 1, 16"})
  void attentionIsThatOfOnnxRuntime(int tokens, int heads, int width) throws OrtException {
    Net net = attentionNet(1, tokens, heads, width);
    Model model = net.classifier(CLASSES);
    ForwardTest.assertSame(model, net.data(ForwardTest.SAMPLES, CLASSES));
  }

  /** A transformer block's attention, with normalisation before and a residual around it. */
  private static Net attentionNet(long seed, int tokens, int heads, int width) {
    int all = heads * width;
    Net net = new Net(Shape.of(tokens, all), seed);
    String input = net.node("Add", List.of(net.weights(tokens, all)), Map.of()).top();
    net.node("LayerNormalization", List.of(net.weights(all), net.weights(all)), Map.of());
    String normal = net.top();
    String query = headsOf(net.from(normal), tokens, heads, width, 0, 2, 1, 3);
    String key = headsOf(net.from(normal), tokens, heads, width, 0, 2, 3, 1);
    String value = headsOf(net.from(normal), tokens, heads, width, 0, 2, 1, 3);
    net.from(query).node("MatMul", List.of(key), Map.of());
    net.node("Mul", List.of(net.tensor(Tensor.ofFloats("scale", Shape.of(), 0.5f))), Map.of());
    net.node("Softmax", List.of(), Map.of());
    net.node("MatMul", List.of(value), Map.of());
    net.node("Transpose", List.of(), Map.of("perm", Net.ints(0, 2, 1, 3)));
    net.node("Reshape", List.of(net.longs(0, tokens, all)), Map.of());
    net.node("MatMul", List.of(net.weights(all, all)), Map.of());
    net.node("Add", List.of(input), Map.of());
    return net.node("ReduceMean", List.of(), means());
  }

  private static Map<String, Attribute> means() {
    return Map.of("axes", Net.ints(1), "keepdims", new Attribute.Int(0));
  }

  private static String headsOf(Net net, int tokens, int heads, int width, long... order) {
    net.node("MatMul", List.of(net.weights((long) heads * width, (long) heads * width)), Map.of());
    net.node("Reshape", List.of(net.longs(0, tokens, heads, width)), Map.of());
    return net.node("Transpose", List.of(), Map.of("perm", Net.ints(order))).top();
  }

  /** One stack of matrices for several. */
  @ParameterizedTest
  @CsvSource({"1, 4", "4, 1"})
  void stacksBroadcast(long left, long right) {
    Net net = new Net(Shape.of(2, 3, 3), 5);
    net.node("Add", List.of(net.weights(2, 3, 3)), Map.of());
    String input = net.top();
    String a = net.conv(left, 1, 1, true, Net.Window.PLAIN).top();
    net.from(input).conv(right, 1, 1, true, Net.Window.PLAIN);
    String b = net.node("Tanh", List.of(), Map.of()).top();
    net.from(a).node("MatMul", List.of(b), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), PlainKernels::new);
  }
}
