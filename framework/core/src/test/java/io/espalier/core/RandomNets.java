package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random networks of all operators that the analysis of channels knows: each gene adds a layer or
 * block, so that fewer genes are a smaller network.
 */
final class RandomNets {
  private static final String[] UNARY = {
    "Relu",
    "Sigmoid",
    "Tanh",
    "LeakyRelu",
    "HardSwish",
    "Elu",
    "Gelu",
    "Softplus",
    "HardSigmoid",
    "Selu",
    "Erf",
    "Abs",
    "Softsign",
    "Mish",
    "Neg",
    "Identity"
  };

  /** A feature map: channels x side x side. */
  private record Map2(String value, int channels, int side) {}

  private final SplittableRandom random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Map2> maps = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private int next;

  private RandomNets(long seed) {
    random = new SplittableRandom(seed);
  }

  static Model of(List<Integer> genes, long seed) {
    RandomNets net = new RandomNets(seed);
    net.maps.add(new Map2("x", 3, 6));
    net.maps.add(net.conv(net.maps.get(0), 8, 3, 1, 1));
    for (int gene : genes) {
      net.grow(gene);
    }
    net.end(genes.isEmpty() ? 0 : genes.get(0));
    ValueInfo input = Graphs.value("x", -1, 3, 6, 6);
    return Model.of(
        new Graph("random", net.nodes, List.of(input), net.outputs, Map.of("", 21L)),
        net.tensors.values());
  }

  private void grow(int gene) {
    Map2 map = maps.get(Math.max(1, maps.size() - 1 - random.nextInt(3)));
    maps.add(
        switch (gene) {
          case 0 -> conv(map, channels(), 3, 1, 1);
          case 1 -> conv(map, channels(), 1, 0, 1);
          case 2 -> conv(map, map.channels, 3, 1, map.channels);
          case 3 -> grouped(map);
          case 4 -> conv(map, map.channels * 2, 1, 0, map.channels);
          case 5 -> norm(map, "BatchNormalization");
          case 6 -> norm(map, "InstanceNormalization");
          case 7 -> norm(map, "GroupNormalization");
          case 8 -> unary(map);
          case 9 -> twice(map, "Add");
          case 10 -> twice(map, random.nextBoolean() ? "Mul" : "Max");
          case 11 -> constant(map);
          case 12 -> concat(map);
          case 13 -> split(map);
          case 14 -> slice(map);
          case 15 -> padChannels(map);
          case 16 -> shuffle(map);
          case 17 -> squeezeExcite(map);
          case 18 -> pool(map);
          case 19 -> channelsLast(map);
          case 20 -> sharedWeights(map);
          case 21 -> permute(map);
          case 22 -> unary(map, "LRN", "size", 3L);
          case 23 -> attention(map);
          case 24 -> transposed(map);
          case 25 -> depthToSpace(map);
          case 26 -> same(map, "Clip", scalar(-0.5f), scalar(0.75f));
          case 27 -> padSpace(map);
          case 28 -> unevenResidual(map);
          default -> tap(map);
        });
  }

  /** Groups of several channels, whose own the next layer may choose. */
  private Map2 grouped(Map2 map) {
    int groups = map.channels % 4 == 0 && random.nextBoolean() ? 4 : 2;
    int filters = groups * (1 + random.nextInt(3));
    Map2 made = map.channels % groups == 0 ? conv(map, filters, 3, 1, groups) : relu(map);
    return made.channels % groups == 0 && random.nextBoolean()
        ? conv(relu(made), channels() / 2 * groups, 1, 0, groups)
        : made;
  }

  private int channels() {
    return 2 * (1 + random.nextInt(4));
  }

  private String fresh(String prefix) {
    return prefix + next++;
  }

  private String floats(double scale, double shift, long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * (2 * random.nextDouble() - 1));
    }
    String name = fresh("t");
    tensors.put(name, Tensor.ofFloats(name, shape, values));
    return name;
  }

  private String scalar(float value) {
    return floats(0, value);
  }

  private String longs(long... values) {
    String name = fresh("t");
    tensors.put(name, Tensor.ofLongs(name, Shape.of(values.length), values));
    return name;
  }

  private String node(String type, List<String> inputs, Object... attributes) {
    String name = fresh("n");
    nodes.add(Graphs.node(name, type, inputs, name + ".out", attributes));
    return name + ".out";
  }

  private Map2 same(Map2 map, String type, String... others) {
    List<String> inputs = new ArrayList<>(List.of(map.value));
    inputs.addAll(Arrays.asList(others));
    return new Map2(node(type, inputs), map.channels, map.side);
  }

  private Map2 relu(Map2 map) {
    return same(map, "Relu");
  }

  private Map2 conv(Map2 map, int filters, int kernel, int pad, int group) {
    String weight = weight(filters, map.channels / group, kernel, kernel);
    return conv(map, weight, filters, kernel, pad, group);
  }

  private String weight(long... dims) {
    return floats(1.5 / Math.sqrt(dims[1] * dims[2] * dims[3]), 0, dims);
  }

  private Map2 conv(Map2 map, String weight, int filters, int kernel, int pad, int group) {
    List<String> inputs = new ArrayList<>(List.of(map.value, weight));
    if (random.nextBoolean()) {
      inputs.add(floats(0.5, 0.2, filters));
    }
    int padded = map.side < kernel ? 1 : pad;
    padded = random.nextInt(3) == 0 && map.side > 3 ? 0 : padded;
    String value =
        node(
            "Conv",
            inputs,
            "kernel_shape",
            new long[] {kernel, kernel},
            "pads",
            new long[] {padded, padded, padded, padded},
            "group",
            group);
    return new Map2(value, filters, map.side + 2 * padded - kernel + 1);
  }

  private Map2 transposed(Map2 map) {
    int group = map.channels % 2 == 0 && random.nextBoolean() ? 2 : 1;
    int each = channels() / 2;
    group = random.nextInt(4) == 0 ? map.channels : group;
    each = group == map.channels ? 1 : each;
    String weight = weight(map.channels, each, 3, 3);
    String value =
        node(
            "ConvTranspose",
            List.of(map.value, weight, floats(0.3, 0, (long) each * group)),
            "kernel_shape",
            new long[] {3, 3},
            "pads",
            new long[] {1, 1, 1, 1},
            "group",
            group);
    return new Map2(value, each * group, map.side);
  }

  private Map2 norm(Map2 map, String type) {
    String scale = floats(0.5, 1, map.channels);
    String bias = floats(0.5, 0, map.channels);
    if (type.startsWith("Batch")) {
      return same(
          map, type, scale, bias, floats(0.3, 0, map.channels), floats(0.3, 0.6, map.channels));
    }
    if (map.side < 2) {
      return relu(map);
    }
    if (type.startsWith("Instance")) {
      return same(map, type, scale, bias);
    }
    int groups = map.channels % 2 == 0 ? map.channels / 2 : 1;
    String value = node(type, List.of(map.value, scale, bias), "num_groups", groups);
    return new Map2(value, map.channels, map.side);
  }

  private Map2 unary(Map2 map) {
    return same(map, UNARY[random.nextInt(UNARY.length)]);
  }

  private Map2 unary(Map2 map, String type, Object... attributes) {
    return new Map2(node(type, List.of(map.value), attributes), map.channels, map.side);
  }

  /** With another value of the same shape, or one that is made to have it. */
  private Map2 twice(Map2 map, String type) {
    for (Map2 other : maps.subList(1, maps.size())) {
      if (other.channels == map.channels && other.side == map.side && other != map) {
        return same(map, type, other.value);
      }
    }
    return same(map, type, conv(map, map.channels, 1, 0, 1).value);
  }

  private Map2 constant(Map2 map) {
    return switch (random.nextInt(4)) {
      case 0 -> same(map, "Add", floats(0.5, 0, map.channels, 1, 1));
      case 1 -> same(map, "PRelu", floats(0.3, 0.2, map.channels, 1, 1));
      case 2 -> same(map, "Mul", floats(0.5, 1, 1, map.channels, 1, 1));
      default -> same(map, "Sub", scalar(0.3f));
    };
  }

  private Map2 concat(Map2 map) {
    List<Map2> parts = new ArrayList<>(List.of(map));
    for (Map2 other : maps) {
      if (other.side == map.side && parts.size() < 3 && random.nextBoolean()) {
        parts.add(other);
      }
    }
    String value = node("Concat", parts.stream().map(Map2::value).toList(), "axis", 1);
    return new Map2(value, parts.stream().mapToInt(Map2::channels).sum(), map.side);
  }

  private Map2 split(Map2 map) {
    if (map.channels < 2) {
      return relu(map);
    }
    int first = 1 + random.nextInt(map.channels - 1);
    String name = fresh("n");
    nodes.add(
        new Node(
            name,
            "Split",
            "",
            List.of(map.value, longs(first, map.channels - first)),
            List.of(name + ".a", name + ".b"),
            Map.of("axis", new Attribute.Int(1))));
    Map2 a = new Map2(name + ".a", first, map.side);
    Map2 b = new Map2(name + ".b", map.channels - first, map.side);
    maps.add(a);
    return random.nextBoolean() ? b : concatOf(relu(a), b);
  }

  private Map2 concatOf(Map2 a, Map2 b) {
    String value = node("Concat", List.of(a.value, b.value), "axis", 1);
    return new Map2(value, a.channels + b.channels, a.side);
  }

  private Map2 slice(Map2 map) {
    int from = random.nextInt(map.channels);
    int to = from + 1 + random.nextInt(map.channels - from);
    boolean reverse = random.nextInt(4) == 0;
    String value =
        reverse
            ? node("Slice", List.of(map.value, longs(-1), longs(-999), longs(1), longs(-1)))
            : node("Slice", List.of(map.value, longs(from), longs(to), longs(1)));
    return new Map2(value, reverse ? map.channels : to - from, map.side);
  }

  private Map2 padChannels(Map2 map) {
    String pads = longs(0, 1, 0, 0, 0, 2, 0, 0);
    Map2 wide = new Map2(node("Pad", List.of(map.value, pads)), map.channels + 3, map.side);
    return same(wide, "Add", conv(map, wide.channels, 1, 0, 1).value);
  }

  private Map2 padSpace(Map2 map) {
    String pads = longs(0, 0, 1, 0, 0, 0, 0, 1);
    String mode = random.nextBoolean() ? "constant" : "edge";
    String value = node("Pad", List.of(map.value, pads), "mode", mode);
    String cropped =
        node("Slice", List.of(value, longs(0, 0), longs(map.side, map.side), longs(2, 3)));
    return new Map2(cropped, map.channels, map.side);
  }

  private Map2 shuffle(Map2 map) {
    if (map.channels % 2 != 0 || map.channels < 4) {
      return relu(map);
    }
    long half = map.channels / 2;
    String split = node("Reshape", List.of(map.value, longs(0, 2, half, map.side, map.side)));
    String turned = node("Transpose", List.of(split), "perm", new long[] {0, 2, 1, 3, 4});
    String value = node("Reshape", List.of(turned, longs(0, map.channels, map.side, map.side)));
    return new Map2(value, map.channels, map.side);
  }

  private Map2 squeezeExcite(Map2 map) {
    String pooled =
        random.nextBoolean()
            ? node("GlobalAveragePool", List.of(map.value))
            : node("ReduceMean", List.of(map.value, longs(2, 3)));
    Map2 gate = relu(conv(new Map2(pooled, map.channels, 1), 4, 1, 0, 1));
    return same(map, "Mul", same(conv(gate, map.channels, 1, 0, 1), "Sigmoid").value);
  }

  private Map2 pool(Map2 map) {
    String type = random.nextBoolean() ? "MaxPool" : "AveragePool";
    List<Object> attributes =
        new ArrayList<>(
            List.of("kernel_shape", new long[] {3, 3}, "pads", new long[] {1, 1, 1, 1}));
    if (type.equals("AveragePool")) {
      attributes.addAll(List.of("count_include_pad", random.nextInt(2)));
    }
    return unary(map, type, attributes.toArray());
  }

  private Map2 channelsLast(Map2 map) {
    String last = node("Transpose", List.of(map.value), "perm", new long[] {0, 2, 3, 1});
    String dense =
        random.nextBoolean()
            ? node("Add", List.of(last, floats(0.5, 0, map.channels)))
            : node("MatMul", List.of(last, floats(0.5, 0, map.channels, map.channels)));
    String value = node("Transpose", List.of(dense), "perm", new long[] {0, 3, 1, 2});
    return new Map2(value, map.channels, map.side);
  }

  private Map2 sharedWeights(Map2 map) {
    String weight = weight(map.channels, map.channels, 1, 1);
    Map2 once = relu(conv(map, weight, map.channels, 1, 0, 1));
    return conv(once, weight, map.channels, 1, 0, 1);
  }

  private Map2 permute(Map2 map) {
    long[] order = new long[map.channels];
    for (int i = 0; i < order.length; i++) {
      order[i] = (i * 3L + 1) % map.channels;
    }
    String value = node("Gather", List.of(map.value, longs(order)), "axis", 1);
    return new Map2(value, map.channels, map.side);
  }

  private Map2 depthToSpace(Map2 map) {
    Map2 wide = conv(map, 8, 1, 0, 1);
    String mode = random.nextBoolean() ? "DCR" : "CRD";
    String deep = node("DepthToSpace", List.of(wide.value), "blocksize", 2, "mode", mode);
    Map2 large = new Map2(deep, 2, wide.side * 2);
    String value =
        node(
            "MaxPool",
            List.of(large.value),
            "kernel_shape",
            new long[] {2, 2},
            "strides",
            new long[] {2, 2});
    return new Map2(value, 2, wide.side);
  }

  /** A shortcut with fewer channels than the branch, as in residual networks for CIFAR. */
  private Map2 unevenResidual(Map2 map) {
    Map2 branch = norm(conv(map, map.channels + 2, 1, 0, 1), "BatchNormalization");
    String pads = longs(0, 0, 0, 0, 0, 2, 0, 0);
    String padded = node("Pad", List.of(map.value, pads));
    return relu(same(branch, "Add", padded));
  }

  /** Multi-head attention of two heads over the pixels. */
  private Map2 attention(Map2 map) {
    int width = 8;
    int pixels = map.side * map.side;
    String rows = node("Reshape", List.of(map.value, longs(0, map.channels, pixels)));
    String tokens = node("Transpose", List.of(rows), "perm", new long[] {0, 2, 1});
    String query = heads(tokens, map.channels, width, pixels, 0, 2, 1, 3);
    String key = heads(tokens, map.channels, width, pixels, 0, 2, 3, 1);
    String seen = heads(tokens, map.channels, width, pixels, 0, 2, 1, 3);
    String scores = node("Mul", List.of(node("MatMul", List.of(query, key)), scalar(0.5f)));
    String mixed = node("MatMul", List.of(node("Softmax", List.of(scores), "axis", -1), seen));
    String joined = node("Transpose", List.of(mixed), "perm", new long[] {0, 2, 1, 3});
    String flat = node("Reshape", List.of(joined, longs(0, pixels, width)));
    String dense = node("MatMul", List.of(flat, floats(0.5, 0, width, map.channels)));
    String back = node("Transpose", List.of(dense), "perm", new long[] {0, 2, 1});
    String value = node("Reshape", List.of(back, longs(0, map.channels, map.side, map.side)));
    return same(map, "Add", value);
  }

  private String heads(String tokens, int channels, int width, int pixels, long... order) {
    String dense = node("MatMul", List.of(tokens, floats(0.5, 0, channels, width)));
    String shifted = node("Add", List.of(dense, floats(0.3, 0, width)));
    String split = node("Reshape", List.of(shifted, longs(0, pixels, 2, width / 2)));
    return node("Transpose", List.of(split), "perm", order);
  }

  private Map2 tap(Map2 map) {
    if (outputs.size() < 2 && !map.value.equals("x")) {
      String name = fresh("y");
      nodes.add(Graphs.node(fresh("n"), "Identity", List.of(map.value), name));
      outputs.add(Graphs.value(name, -1, -1, -1, -1));
    }
    return map;
  }

  private void end(int gene) {
    Map2 map = maps.get(maps.size() - 1);
    String flat;
    int features = map.channels * map.side * map.side;
    if (gene % 3 == 0) {
      flat = node("Flatten", List.of(map.value));
    } else if (gene % 3 == 1) {
      flat = node("Reshape", List.of(map.value, longs(0, -1)));
    } else {
      flat = node("ReduceMean", List.of(map.value, longs(2, 3)), "keepdims", 0);
      features = map.channels;
    }
    String hidden;
    if (random.nextBoolean()) {
      List<String> inputs =
          new ArrayList<>(List.of(flat, floats(1 / Math.sqrt(features), 0, 7, features)));
      if (random.nextBoolean()) {
        inputs.add(floats(0.4, 0, 7));
      }
      hidden = node("Gemm", inputs, "transB", 1, "alpha", 0.5f);
    } else {
      hidden = node("MatMul", List.of(flat, floats(1 / Math.sqrt(features), 0, features, 7)));
    }
    String active = node(random.nextBoolean() ? "Relu" : "Sigmoid", List.of(hidden));
    nodes.add(Graphs.node("last", "MatMul", List.of(active, floats(0.5, 0, 7, 3)), "logits"));
    outputs.add(Graphs.value("logits", -1, -1));
  }
}
