package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Gradients of random networks equal central differences. */
class GradientTest {
  private static final int CLASSES = 3;
  private static final int TRIES = 40;

  /** Fixed, because a value within rounding of a kink may have another slope in float. */
  private static final String SEED = "20260101";

  private static Supplier<Kernels> kernels(boolean vector) {
    return vector ? VectorKernels::new : PlainKernels::new;
  }

  /** The window under test comes second, so that the gradient of its input is checked too. */
  @Property(tries = 2 * TRIES, seed = SEED)
  void convolution(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean relu,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(min = 1, max = 6) int filters,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> kernel,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> strides,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 2) Integer> dilations,
      @ForAll @Size(4) List<@IntRange(min = 0, max = 2) Integer> pads,
      @ForAll @Size(2) List<@IntRange(min = 5, max = 9) Integer> image) {
    for (int axis = 0; axis < 2; axis++) {
      int seen = image.get(axis) - 1 + pads.get(axis) + pads.get(axis + 2);
      Assume.that((kernel.get(axis) - 1) * dilations.get(axis) < seen);
    }
    Net net = new Net(Shape.of(2, image.get(0), image.get(1)), seed);
    net.conv(2L * groups, 2, 2, true, Net.Window.PLAIN);
    net.conv(
        (long) groups * filters,
        kernel.get(0),
        kernel.get(1),
        relu,
        window(strides, dilations, pads, groups));
    if (relu) {
      net.relu();
    }
    Model model = net.classifier(CLASSES);
    Gradients.check(model, net.data(5, CLASSES), kernels(vector));
  }

  @Property(tries = TRIES, seed = SEED)
  void depthwiseConvolution(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll @IntRange(min = 1, max = 6) int channels,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 0, max = 1) int pad) {
    Net net = new Net(Shape.of(1, 7, 6), seed);
    net.conv(channels, 1, 1, true, Net.Window.PLAIN).relu();
    List<Long> pads = List.of((long) pad, (long) pad, (long) pad, (long) pad);
    net.conv(channels, 3, 3, true, new Net.Window(stride, stride, 1, 1, pads, channels));
    net.conv(4, 1, 1, false, Net.Window.PLAIN);
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), kernels(vector));
  }

  @Property(tries = TRIES, seed = SEED)
  void automaticPadding(
      @ForAll long seed,
      @ForAll boolean upper,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 1, max = 4) int kernel) {
    Net net = new Net(Shape.of(2, 7, 8), seed);
    net.conv(3, 1, 1, true, Net.Window.PLAIN);
    net.node(
        "Conv",
        List.of(net.weights(4, 3, kernel, kernel)),
        Map.of(
            "auto_pad",
            new Attribute.Text(upper ? "SAME_UPPER" : "SAME_LOWER"),
            "strides",
            Net.ints(stride, stride)));
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), VectorKernels::new);
  }

  @Property(tries = TRIES, seed = SEED)
  void pooling(
      @ForAll long seed,
      @ForAll boolean average,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> kernel,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> strides,
      @ForAll @Size(4) List<@IntRange(min = 0, max = 2) Integer> pads) {
    Assume.that(pads.get(0) < kernel.get(0) && pads.get(2) < kernel.get(0));
    Assume.that(pads.get(1) < kernel.get(1) && pads.get(3) < kernel.get(1));
    Net net = new Net(Shape.of(2, 8, 7), seed);
    net.conv(3, 2, 2, true, Net.Window.PLAIN);
    net.pool(
        average ? "AveragePool" : "MaxPool",
        kernel.get(0),
        kernel.get(1),
        window(strides, List.of(1, 1), pads, 1));
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), VectorKernels::new);
  }

  @Property(tries = TRIES, seed = SEED)
  void poolsThatEndInWindowsCutShort(
      @ForAll long seed,
      @ForAll boolean average,
      @ForAll boolean padding,
      @ForAll boolean signal,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> kernel,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> strides,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 2) Integer> dilations,
      @ForAll @Size(2) List<@IntRange(min = 0, max = 1) Integer> pads) {
    Assume.that(pads.get(0) < kernel.get(0) && pads.get(1) < kernel.get(1));
    int axes = signal ? 1 : 2;
    Net net = new Net(signal ? Shape.of(2, 9) : Shape.of(2, 8, 7), seed).opset(19);
    net.node("Add", List.of(net.weights(net.shape().toArray())), Map.of());
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", spans(kernel, axes));
    attributes.put("strides", spans(strides, axes));
    attributes.put("dilations", spans(dilations, axes));
    attributes.put("pads", new Attribute.Ints(pads(pads, axes)));
    attributes.put("ceil_mode", new Attribute.Int(1));
    if (average) {
      attributes.put("count_include_pad", new Attribute.Int(padding ? 1 : 0));
    }
    net.node(average ? "AveragePool" : "MaxPool", List.of(), attributes);
    Model model = net.classifier(CLASSES);
    try {
      ExecutionPlan.compile(model);
    } catch (EspalierException e) {
      Assume.that(!e.getMessage().contains("wholly in the padding"));
    }
    Gradients.check(model, net.data(5, CLASSES), VectorKernels::new);
  }

  @Property(tries = TRIES, seed = SEED)
  void signals(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll @Size(2) List<@IntRange(min = 0, max = 2) Integer> pads) {
    Net net = new Net(Shape.of(2, 11), seed);
    net.node("Conv", List.of(net.weights(4, 2, 2), net.weights(4)), Map.of());
    net.node(
        "Conv",
        List.of(net.weights(6, 4 / groups, kernel)),
        Map.of(
            "group",
            new Attribute.Int(groups),
            "strides",
            Net.ints(stride),
            "dilations",
            Net.ints(dilation),
            "pads",
            Net.ints(pads.get(0), pads.get(1))));
    net.node("GlobalAveragePool", List.of(), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), kernels(vector));
  }

  @Property(tries = 2 * TRIES, seed = SEED)
  void transposedConvolution(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean signal,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> kernel,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 3) Integer> strides,
      @ForAll @Size(2) List<@IntRange(min = 1, max = 2) Integer> dilations,
      @ForAll @Size(2) List<@IntRange(min = 0, max = 1) Integer> pads,
      @ForAll @Size(2) List<@IntRange(min = 0, max = 2) Integer> more) {
    int axes = signal ? 1 : 2;
    Net net = new Net(signal ? Shape.of(2, 5) : Shape.of(2, 4, 3), seed);
    net.node("Add", List.of(net.weights(net.shape().toArray())), Map.of());
    String weight =
        signal ? net.weights(2, 3, kernel.get(0)) : net.weights(2, 3, kernel.get(0), kernel.get(1));
    for (int axis = 0; axis < axes; axis++) {
      Assume.that(more.get(axis) < Math.max(strides.get(axis), dilations.get(axis)));
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("group", new Attribute.Int(groups));
    attributes.put("strides", spans(strides, axes));
    attributes.put("dilations", spans(dilations, axes));
    attributes.put("pads", new Attribute.Ints(pads(pads, axes)));
    attributes.put("output_padding", spans(more, axes));
    net.node("ConvTranspose", List.of(weight, net.weights(3L * groups)), attributes);
    Gradients.check(net.classifier(CLASSES), net.data(3, CLASSES), kernels(vector));
  }

  private static Attribute spans(List<Integer> all, int axes) {
    return new Attribute.Ints(all.stream().limit(axes).map(Integer::longValue).toList());
  }

  private static List<Long> pads(List<Integer> before, int axes) {
    List<Long> pads = new ArrayList<>();
    for (int end = 0; end < 2; end++) {
      before.stream().limit(axes).map(Integer::longValue).forEach(pads::add);
    }
    return pads;
  }

  @Property(tries = TRIES, seed = SEED)
  void halvingPools(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean relu,
      @ForAll @IntRange(min = 1, max = 5) int channels,
      @ForAll @IntRange(min = 3, max = 40) int width) {
    Net net = new Net(Shape.of(1, 6, width), seed);
    net.conv(channels, 2, 2, true, Net.Window.PLAIN);
    if (relu) {
      net.relu();
    }
    net.pool("MaxPool", 2, 2, new Net.Window(2, 2, 1, 1, List.of(0L, 0L, 0L, 0L), 1));
    Gradients.check(net.classifier(CLASSES), net.data(9, CLASSES), kernels(vector));
  }

  @Property(tries = TRIES, seed = SEED)
  void dense(
      @ForAll long seed,
      @ForAll boolean vector,
      @ForAll boolean rowPerOutput,
      @ForAll @IntRange(min = 1, max = 40) int hidden,
      @ForAll @IntRange(min = 1, max = 40) int features) {
    Net net = new Net(Shape.of(features), seed);
    net.dense(hidden).relu();
    net.node(
        "Gemm",
        List.of(
            rowPerOutput ? net.weights(7, hidden) : net.weights(hidden, 7),
            rowPerOutput ? net.weights(1, 7) : net.weights(1)),
        Map.of(
            "transB",
            new Attribute.Int(rowPerOutput ? 1 : 0),
            "alpha",
            new Attribute.Real(0.7f),
            "beta",
            new Attribute.Real(-1.3f)));
    String shared = net.weights(7, 7);
    net.node("MatMul", List.of(shared), Map.of());
    net.node("Gemm", List.of(shared), Map.of("transB", new Attribute.Int(1)));
    net.node("MatMul", List.of(net.weights(7, CLASSES)), Map.of());
    net.node("Add", List.of(net.weights(CLASSES)), Map.of());
    Gradients.check(net.model(), net.data(11, CLASSES), kernels(vector));
  }

  /** One weight in two places, as an autoencoder that decodes with what it encodes with. */
  @Property(tries = TRIES, seed = SEED)
  void oneWeightAndItsTranspose(
      @ForAll long seed,
      @ForAll boolean gemm,
      @ForAll @IntRange(min = 1, max = 9) int code,
      @ForAll @IntRange(min = 1, max = 9) int features) {
    Net net = new Net(Shape.of(features), seed);
    String shared = net.weights(features, code);
    net.node("MatMul", List.of(shared), Map.of()).node("Tanh", List.of(), Map.of());
    String value = net.top();
    String turned =
        net.from(shared).node("Transpose", List.of(), Map.of("perm", Net.ints(1, 0))).top();
    net.from(value).node(gemm ? "Gemm" : "MatMul", List.of(turned), Map.of());
    Gradients.check(net.dense(CLASSES).model(), net.data(4, CLASSES), VectorKernels::new);
  }

  @Property(tries = TRIES, seed = SEED)
  void branchesAndBroadcasting(@ForAll long seed, @ForAll boolean vector) {
    Net net = new Net(Shape.of(2, 5, 5), seed);
    String fork = net.conv(4, 3, 3, true, Net.Window.PLAIN).top();
    String pooled = net.node("GlobalAveragePool", List.of(), Map.of()).top();
    String left = net.from(fork).relu().top();
    net.from(fork).conv(4, 1, 1, false, Net.Window.PLAIN);
    net.node("Add", List.of(left), Map.of());
    net.node("Add", List.of(pooled), Map.of());
    net.node("Add", List.of(net.weights(4, 1, 1)), Map.of());
    net.node("Add", List.of(net.weights(1, 1, 3, 1)), Map.of());
    net.node("Add", List.of(net.top()), Map.of());
    Gradients.check(net.classifier(CLASSES), net.data(5, CLASSES), kernels(vector));
  }

  private static Net.Window window(
      List<Integer> strides, List<Integer> dilations, List<Integer> pads, int groups) {
    return new Net.Window(
        strides.get(0),
        strides.get(1),
        dilations.get(0),
        dilations.get(1),
        pads.stream().map(Integer::longValue).toList(),
        groups);
  }
}
