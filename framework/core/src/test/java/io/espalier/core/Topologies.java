package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Well-known networks that Espalier does not build itself, on small images. */
final class Topologies {
  private static final Map<String, Attribute> NONE = Map.of();

  private final GraphBuilder graph;

  private Topologies(String name) {
    graph = new GraphBuilder(name, 5, Initializer.HE);
  }

  /** ResNet-50: bottleneck blocks of 3, 4, 6 and 3, He et al. (2015). */
  static Model resNet50() {
    Topologies t = new Topologies("resnet-50");
    Flow flow = t.stem(64);
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 0; stage < blocks.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        String name = "stage" + stage + ".block" + block;
        flow = t.bottleneck(name, flow, 64L << stage, stage > 0 && block == 0 ? 2 : 1, block == 0);
      }
    }
    return t.classify(flow);
  }

  private Flow stem(long filters) {
    return activated("stem", graph.input("image", 3, 32, 32), filters, Window.of(3).withPad(1));
  }

  private Flow activated(String name, Flow flow, long filters, Window window) {
    return normalised(name, flow, filters, window).relu(name + ".relu");
  }

  private Flow normalised(String name, Flow flow, long filters, Window window) {
    return flow.convWithoutBias(name + ".conv", filters, window).batchNorm(name + ".norm");
  }

  private Flow bottleneck(String name, Flow flow, long width, int stride, boolean projected) {
    Flow body = activated(name + ".a", flow, width, Window.of(1));
    body = activated(name + ".b", body, width, Window.of(3).withPad(1).withStride(stride));
    body = normalised(name + ".c", body, 4 * width, Window.of(1));
    Flow past =
        projected
            ? normalised(name + ".past", flow, 4 * width, Window.of(1).withStride(stride))
            : flow;
    return body.add(name + ".add", past).relu(name + ".relu");
  }

  private Model classify(Flow flow) {
    return graph.build(
        flow.globalAveragePool("pool").flatten("flatten").classifier("dense", 10), "logits");
  }

  private Flow concat(String name, Flow... flows) {
    long channels = Stream.of(flows).mapToLong(Flow::channels).sum();
    Flow first = flows[0];
    return graph.node(
        name,
        "Concat",
        Stream.of(flows).map(Flow::value).collect(Collectors.toList()),
        Map.of("axis", new Attribute.Int(1)),
        Shape.of(channels, first.sample().dim(1), first.sample().dim(2)));
  }

  private Flow average(String name, Flow flow) {
    return graph.node(
        name,
        "AveragePool",
        List.of(flow.value()),
        Map.of("kernel_shape", Flow.ints(2, 2), "strides", Flow.ints(2, 2)),
        Shape.of(flow.channels(), flow.sample().dim(1) / 2, flow.sample().dim(2) / 2));
  }

  /** DenseNet-121: dense blocks of 6, 12, 24 and 16, growth 32, Huang et al. (2017). */
  static Model denseNet121() {
    Topologies t = new Topologies("densenet-121");
    Flow flow = t.stem(64);
    int[] layers = {6, 12, 24, 16};
    for (int block = 0; block < layers.length; block++) {
      for (int layer = 0; layer < layers[block]; layer++) {
        String name = "block" + block + ".layer" + layer;
        Flow inside = flow.batchNorm(name + ".norm").relu(name + ".relu");
        inside = t.activated(name + ".narrow", inside, 128, Window.of(1));
        inside = inside.convWithoutBias(name + ".conv", 32, Window.of(3).withPad(1));
        flow = t.concat(name + ".concat", flow, inside);
      }
      if (block < layers.length - 1) {
        String name = "transition" + block;
        flow = flow.batchNorm(name + ".norm").relu(name + ".relu");
        flow = flow.convWithoutBias(name + ".conv", flow.channels() / 2, Window.of(1));
        flow = t.average(name + ".pool", flow);
      }
    }
    return t.classify(flow.batchNorm("norm").relu("relu"));
  }

  /** SqueezeNet: fire modules, no dense layer, Iandola et al. (2016). */
  static Model squeezeNet() {
    Topologies t = new Topologies("squeezenet");
    Flow flow =
        t.graph
            .input("image", 3, 32, 32)
            .conv("stem", 64, Window.of(3).withStride(2))
            .relu("stem.relu")
            .maxPool("pool0", Window.of(3).withStride(2));
    long[] squeezes = {16, 16, 32, 32, 48, 48, 64, 64};
    for (int i = 0; i < squeezes.length; i++) {
      String name = "fire" + i;
      Flow narrow = flow.conv(name + ".squeeze", squeezes[i], Window.of(1)).relu(name + ".relu");
      Flow one = narrow.conv(name + ".one", 4 * squeezes[i], Window.of(1)).relu(name + ".relu1");
      Flow three =
          narrow
              .conv(name + ".three", 4 * squeezes[i], Window.of(3).withPad(1))
              .relu(name + ".relu3");
      flow = t.concat(name + ".concat", one, three);
    }
    Flow classes = flow.conv("classes", 10, Window.of(1)).relu("classes.relu");
    return t.graph.build(classes.globalAveragePool("pool").flatten("flatten"), "logits");
  }

  /** Inception modules of four branches, Szegedy et al. (2015), with normalisation. */
  static Model inception() {
    Topologies t = new Topologies("inception");
    Flow flow = t.stem(32);
    for (int i = 0; i < 4; i++) {
      String name = "mixed" + i;
      Flow a = t.activated(name + ".a", flow, 16, Window.of(1));
      Flow b =
          t.activated(
              name + ".b2",
              t.activated(name + ".b1", flow, 24, Window.of(1)),
              32,
              Window.of(3).withPad(1));
      Flow c =
          t.activated(
              name + ".c2",
              t.activated(name + ".c1", flow, 8, Window.of(1)),
              16,
              Window.of(5).withPad(2));
      Flow d =
          t.activated(
              name + ".d2", flow.maxPool(name + ".d1", Window.of(3).withPad(1)), 16, Window.of(1));
      flow = t.concat(name + ".concat", a, b, c, d);
      if (i == 1) {
        flow = flow.maxPool("pool1", Window.of(2).withStride(2));
      }
    }
    return t.classify(flow);
  }

  private Flow split(String name, Flow flow, int half) {
    long channels = flow.channels() / 2;
    String starts = graph.longs(name + ".start" + half, half * channels);
    String ends = graph.longs(name + ".end" + half, (half + 1) * channels);
    String axes = graph.longs("channel.axis", 1);
    return graph.node(
        name + half,
        "Slice",
        List.of(flow.value(), starts, ends, axes),
        NONE,
        Shape.of(channels, flow.sample().dim(1), flow.sample().dim(2)));
  }

  private Flow shuffle(String name, Flow flow, int groups) {
    long c = flow.channels();
    long h = flow.sample().dim(1);
    long w = flow.sample().dim(2);
    Flow parts =
        graph.node(
            name + ".split",
            "Reshape",
            List.of(flow.value(), graph.longs(name + ".parts", 0, groups, c / groups, h, w)),
            NONE,
            Shape.of(groups, c / groups, h, w));
    Flow turned =
        graph.node(
            name + ".turn",
            "Transpose",
            List.of(parts.value()),
            Map.of("perm", Flow.ints(0, 2, 1, 3, 4)),
            Shape.of(c / groups, groups, h, w));
    return graph.node(
        name + ".join",
        "Reshape",
        List.of(turned.value(), graph.longs(name + ".whole", 0, c, h, w)),
        NONE,
        flow.sample());
  }

  private Flow grouped(String name, Flow flow, long filters, Window window, int groups) {
    long inputs = flow.channels() / groups;
    int size = window.size();
    String weight =
        graph.weight(
            name + ".weight",
            Shape.of(filters, inputs, size, size),
            1.7 / (size * Math.sqrt(inputs)));
    return graph.node(
        name,
        "Conv",
        List.of(flow.value(), weight),
        Map.of(
            "kernel_shape",
            Flow.ints(size, size),
            "pads",
            Flow.ints(size / 2, size / 2, size / 2, size / 2),
            "group",
            new Attribute.Int(groups)),
        Shape.of(filters, flow.sample().dim(1), flow.sample().dim(2)));
  }

  /** Bottlenecks whose middle is a convolution of 8 groups, as in ResNeXt, Xie et al. (2017). */
  static Model resNeXt() {
    Topologies t = new Topologies("resnext");
    Flow flow = t.normalised("wide", t.stem(32), 64, Window.of(1)).relu("wide.relu");
    for (int block = 0; block < 3; block++) {
      String name = "block" + block;
      Flow body = t.activated(name + ".a", flow, 32, Window.of(1));
      body = t.grouped(name + ".b", body, 32, Window.of(3), 8).batchNorm(name + ".b.norm");
      body = t.normalised(name + ".c", body.relu(name + ".b.relu"), 64, Window.of(1));
      flow = body.add(name + ".add", flow).relu(name + ".relu");
    }
    return t.classify(flow);
  }

  /** Grouped 1x1 convolutions with a shuffle between, as in ShuffleNet, Zhang et al. (2018). */
  static Model shuffleNetV1() {
    Topologies t = new Topologies("shufflenet-v1");
    Flow flow = t.stem(24);
    for (int unit = 0; unit < 3; unit++) {
      String name = "unit" + unit;
      Flow body = t.grouped(name + ".a", flow, 12, Window.of(1), 3).batchNorm(name + ".a.norm");
      body = t.shuffle(name + ".shuffle", body.relu(name + ".a.relu"), 3);
      body =
          body.depthwise(name + ".depth", Window.of(3).withPad(1)).batchNorm(name + ".depthnorm");
      body = t.grouped(name + ".b", body, 24, Window.of(1), 3).batchNorm(name + ".b.norm");
      flow = body.add(name + ".add", flow).relu(name + ".relu");
    }
    return t.classify(t.activated("head", flow, 64, Window.of(1)));
  }

  /** ShuffleNetV2 units: split, depthwise branch, concat, shuffle; Ma et al. (2018). */
  static Model shuffleNet() {
    Topologies t = new Topologies("shufflenet-v2");
    Flow flow = t.stem(24);
    long[] widths = {48, 96};
    for (int stage = 0; stage < widths.length; stage++) {
      long half = widths[stage] / 2;
      String name = "stage" + stage;
      Window down = Window.of(3).withStride(2).withPad(1);
      Flow left = flow.depthwise(name + ".left.depth", down).batchNorm(name + ".left.depthnorm");
      left = t.activated(name + ".left", left, half, Window.of(1));
      Flow right = t.branch(name + ".right", flow, half, down);
      flow = t.shuffle(name + ".shuffle", t.concat(name + ".concat", left, right), 2);
      for (int unit = 0; unit < 3; unit++) {
        String at = name + ".unit" + unit;
        Flow kept = t.split(at + ".part", flow, 0);
        Flow other = t.branch(at, t.split(at + ".part", flow, 1), half, Window.of(3).withPad(1));
        flow = t.shuffle(at + ".shuffle", t.concat(at + ".concat", kept, other), 2);
      }
    }
    return t.classify(t.activated("head", flow, 128, Window.of(1)));
  }

  private Flow branch(String name, Flow flow, long width, Window window) {
    Flow wide = activated(name + ".a", flow, width, Window.of(1));
    Flow deep = wide.depthwise(name + ".depth", window).batchNorm(name + ".depthnorm");
    return activated(name + ".b", deep, width, Window.of(1));
  }

  /**
   * Inverted residuals with squeeze-and-excite and swish, as in EfficientNet, Tan and Le (2019).
   */
  static Model efficientNet() {
    Topologies t = new Topologies("efficientnet");
    Flow flow =
        t.swish(
            "stem.act",
            t.normalised("stem", t.graph.input("image", 3, 32, 32), 16, Window.of(3).withPad(1)));
    long[] widths = {16, 24, 24, 40, 40};
    for (int i = 0; i < widths.length; i++) {
      String name = "block" + i;
      boolean same = widths[i] == flow.channels();
      Window window = Window.of(i % 2 == 0 ? 3 : 5).withPad(i % 2 == 0 ? 1 : 2);
      Flow wide =
          t.swish(
              name + ".act1",
              t.normalised(name + ".expand", flow, flow.channels() * 4, Window.of(1)));
      Flow deep =
          wide.depthwise(name + ".depth", window.withStride(same ? 1 : 2))
              .batchNorm(name + ".norm");
      deep = t.excite(name + ".se", t.swish(name + ".act2", deep));
      Flow narrow = t.normalised(name + ".project", deep, widths[i], Window.of(1));
      flow = same ? narrow.add(name + ".add", flow) : narrow;
    }
    return t.classify(t.swish("head.act", t.normalised("head", flow, 96, Window.of(1))));
  }

  private Flow swish(String name, Flow flow) {
    Flow gate = graph.node(name + ".gate", "Sigmoid", List.of(flow.value()), NONE, flow.sample());
    return graph.node(name, "Mul", List.of(flow.value(), gate.value()), NONE, flow.sample());
  }

  private Flow excite(String name, Flow flow) {
    Flow gate =
        swish(
            name + ".act",
            flow.globalAveragePool(name + ".pool").conv(name + ".reduce", 8, Window.of(1)));
    gate = gate.conv(name + ".expand", flow.channels(), Window.of(1));
    Flow share = graph.node(name + ".gate", "Sigmoid", List.of(gate.value()), NONE, gate.sample());
    return graph.node(name, "Mul", List.of(flow.value(), share.value()), NONE, flow.sample());
  }

  /** U-Net: skips that are joined after transposed convolutions, Ronneberger et al. (2015). */
  static Model uNet() {
    Topologies t = new Topologies("u-net");
    Flow flow = t.graph.input("image", 3, 32, 32);
    List<Flow> skips = new ArrayList<>();
    Window window = Window.of(3).withPad(1);
    for (int depth = 0; depth < 3; depth++) {
      flow = t.activated("down" + depth + ".a", flow, 16L << depth, window);
      flow = t.activated("down" + depth + ".b", flow, 16L << depth, window);
      skips.add(flow);
      flow = flow.maxPool("pool" + depth, Window.of(2).withStride(2));
    }
    flow = t.activated("bottom", flow, 128, window);
    for (int depth = 2; depth >= 0; depth--) {
      flow = t.concat("skip" + depth, t.up("up" + depth, flow, 16L << depth), skips.get(depth));
      flow = t.activated("up" + depth + ".a", flow, 16L << depth, window);
      flow = t.activated("up" + depth + ".b", flow, 16L << depth, window);
    }
    return t.graph.build(flow.conv("classes", 4, Window.of(1)), "logits");
  }

  private Flow up(String name, Flow flow, long filters) {
    String weight = graph.weight(name + ".weight", Shape.of(flow.channels(), filters, 2, 2), 0.1);
    String bias = graph.filled(name + ".bias", Shape.of(filters), 0.1f);
    return graph.node(
        name,
        "ConvTranspose",
        List.of(flow.value(), weight, bias),
        Map.of("kernel_shape", Flow.ints(2, 2), "strides", Flow.ints(2, 2)),
        Shape.of(filters, flow.sample().dim(1) * 2, flow.sample().dim(2) * 2));
  }

  /** Depthwise-separable keyword spotting on a spectrogram, Zhang et al. (2017). */
  static Model speech() {
    Topologies t = new Topologies("ds-cnn");
    Flow flow =
        t.activated(
            "stem",
            t.graph.input("spectrogram", 1, 49, 10),
            64,
            Window.of(3).withStride(2).withPad(1));
    for (int i = 0; i < 4; i++) {
      String name = "block" + i;
      flow =
          flow.depthwise(name + ".depth", Window.of(3).withPad(1))
              .batchNorm(name + ".depthnorm")
              .relu(name + ".depthrelu");
      flow = t.activated(name, flow, 64, Window.of(1));
    }
    return t.classify(flow);
  }

  /** The model with every vector of floats drawn anew, variances positive. */
  static Model varied(Model model) {
    SplittableRandom random = new SplittableRandom(3);
    List<Tensor> varied = new ArrayList<>();
    for (Tensor tensor : new LinkedHashMap<>(model.tensors()).values()) {
      if (tensor.type() == DataType.FLOAT && tensor.shape().rank() == 1) {
        float[] values = new float[tensor.size()];
        boolean positive = tensor.name().endsWith("variance") || tensor.name().endsWith("scale");
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((positive ? 1 : 0) + 0.4 * (2 * random.nextDouble() - 1));
        }
        varied.add(Tensor.ofFloats(tensor.name(), tensor.shape(), values));
      }
    }
    return model.withTensors(varied);
  }
}
