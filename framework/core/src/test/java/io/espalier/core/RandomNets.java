package io.espalier.core;

import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Random networks of all operators that the analysis of channels knows: each gene adds a layer or
 * block by chance of its own, so that fewer genes are a smaller network of the same blocks.
 */
final class RandomNets extends RandomAttention {
  private static final String[] UNARY = {
    "Relu",
    "Sigmoid",
    "Tanh",
    "LeakyRelu",
    "HardSwish",
    "Elu",
    "Celu",
    "Gelu",
    "Softplus",
    "HardSigmoid",
    "Selu",
    "Erf",
    "Abs",
    "Softsign",
    "Mish",
    "Neg",
    "Identity",
    "Dropout"
  };

  /**
   * A block.
   *
   * @param chance what it is like in detail
   */
  record Gene(Kind kind, int chance) {}

  /** What can be added to a feature map. */
  enum Kind {
    CONV3((net, map) -> net.conv(map, net.channels(), 3, 1, 1)),
    CONV1((net, map) -> net.conv(map, net.channels(), 1, 0, 1)),
    DEPTHWISE((net, map) -> net.conv(map, map.channels(), 3, 1, map.channels())),
    MULTIPLIER((net, map) -> net.conv(map, map.channels() * 2, 1, 0, map.channels())),
    GROUPED(RandomNets::grouped),
    TRANSPOSED(RandomNets::transposed),
    BATCH_NORM((net, map) -> net.norm(map, "BatchNormalization")),
    INSTANCE_NORM((net, map) -> net.norm(map, "InstanceNormalization")),
    GROUP_NORM((net, map) -> net.norm(map, "GroupNormalization")),
    LAYER_NORM(RandomNets::layerNorm),
    UNKNOWN((net, map) -> net.unary(map, "LRN", "size", 3L)),
    ACTIVATION(RandomNets::activation),
    BOUNDED(RandomNets::bounded),
    CLIP((net, map) -> net.same(map, "Clip", net.scalar(-0.5f), net.scalar(0.75f))),
    RESIDUAL((net, map) -> net.twice(map, "Add")),
    COMBINED(RandomNets::combined),
    UNEVEN_RESIDUAL(RandomNets::unevenResidual),
    CONSTANT(RandomNets::constant),
    GATE(RandomNets::gate),
    CONCAT(RandomNets::concat),
    SPLIT(RandomNets::parted),
    SLICE(RandomNets::slice),
    STACK(RandomNets::stack),
    PAD_CHANNELS(RandomNets::padChannels),
    PAD_SPACE(RandomNets::padSpace),
    SHUFFLE(RandomNets::shuffle),
    PERMUTE(RandomNets::permute),
    CHANNELS_LAST(RandomNets::channelsLast),
    DEPTH_TO_SPACE(RandomNets::depthToSpace),
    SIGNAL(RandomNets::signal),
    COMPUTED_RESHAPE(RandomNets::computedReshape),
    POOL(RandomNets::pool),
    RESIZE(RandomNets::resize),
    EXPAND(RandomNets::expand),
    SQUEEZE_EXCITE(RandomNets::squeezeExcite),
    SPATIAL_ATTENTION(RandomNets::spatialAttention),
    SOFTMAX_GATE(RandomNets::softmaxGate),
    ATTENTION(RandomNets::attention),
    TRANSFORMER(RandomNets::transformer),
    SHARED_WEIGHTS(RandomNets::sharedWeights),
    TAP(RandomNets::tap);

    private final BiFunction<RandomNets, Map2, Map2> block;

    Kind(BiFunction<RandomNets, Map2, Map2> block) {
      this.block = block;
    }
  }

  private final List<Map2> maps = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();

  private RandomNets(long seed) {
    super(seed);
  }

  /**
   * @param chance of the first and last layers
   */
  static Model of(List<Gene> genes, int chance) {
    RandomNets net = new RandomNets(chance);
    net.maps.add(new Map2("x", 3, 6));
    net.maps.add(net.conv(net.maps.get(0), 8, 3, 1, 1));
    for (Gene gene : genes) {
      net.random = new SplittableRandom(gene.chance);
      Map2 map = net.maps.get(Math.max(1, net.maps.size() - 1 - net.random.nextInt(3)));
      net.maps.add(gene.kind.block.apply(net, map));
    }
    net.random = new SplittableRandom(chance);
    net.end();
    ValueInfo input = Graphs.value("x", -1, 3, 6, 6);
    return Model.of(
        new Graph("random", net.nodes, List.of(input), net.outputs, Map.of("", 21L)),
        net.tensors.values());
  }

  /** Groups of several channels, whose own the next layer may choose. */
  private Map2 grouped(Map2 map) {
    int groups = map.channels() % 4 == 0 && random.nextBoolean() ? 4 : 2;
    int filters = groups * (1 + random.nextInt(3));
    Map2 made = map.channels() % groups == 0 ? conv(map, filters, 3, 1, groups) : relu(map);
    return made.channels() % groups == 0 && random.nextBoolean()
        ? conv(relu(made), channels() / 2 * groups, 1, 0, groups)
        : made;
  }

  private Map2 transposed(Map2 map) {
    int group = map.channels() % 2 == 0 && random.nextBoolean() ? 2 : 1;
    int each = channels() / 2;
    group = random.nextInt(4) == 0 ? map.channels() : group;
    each = group == map.channels() ? 1 : each;
    String weight = weight(map.channels(), each, 3, 3);
    String value =
        node(
            "ConvTranspose",
            List.of(map.value(), weight, floats(0.3, 0, (long) each * group)),
            "kernel_shape",
            new long[] {3, 3},
            "pads",
            new long[] {1, 1, 1, 1},
            "group",
            group);
    return new Map2(value, each * group, map.side());
  }

  private Map2 norm(Map2 map, String type) {
    String scale = floats(0.5, 1, map.channels());
    String bias = floats(0.5, 0, map.channels());
    if (type.startsWith("Batch")) {
      return same(
          map, type, scale, bias, floats(0.3, 0, map.channels()), floats(0.3, 0.6, map.channels()));
    }
    if (map.side() < 2) {
      return relu(map);
    }
    if (type.startsWith("Instance")) {
      return same(map, type, scale, bias);
    }
    int groups = map.channels() % 2 == 0 ? map.channels() / 2 : 1;
    String value = node(type, List.of(map.value(), scale, bias), "num_groups", groups);
    return new Map2(value, map.channels(), map.side());
  }

  private Map2 unary(Map2 map, String type, Object... attributes) {
    return new Map2(node(type, List.of(map.value()), attributes), map.channels(), map.side());
  }

  private Map2 activation(Map2 map) {
    int number = random.nextInt(UNARY.length + 1);
    return number < UNARY.length ? same(map, UNARY[number]) : unary(map, "Cast", "to", 1);
  }

  /** Functions that are large or not there for some numbers, of numbers where they are not. */
  private Map2 bounded(Map2 map) {
    if (random.nextBoolean()) {
      String[] types = {"Exp", "Sin", "Cos", "Pow"};
      String type = types[random.nextInt(types.length)];
      Map2 small = same(map, "Tanh");
      return type.equals("Pow") ? same(small, type, scalar(2)) : same(small, type);
    }
    String[] types = {"Log", "Sqrt", "Reciprocal"};
    Map2 positive = same(same(map, "Abs"), "Add", scalar(0.5f));
    return same(positive, types[random.nextInt(types.length)]);
  }

  /** With another value of the same shape, or one that is made to have it. */
  private Map2 twice(Map2 map, String type) {
    for (Map2 other : maps.subList(1, maps.size())) {
      if (other.channels() == map.channels() && other.side() == map.side() && other != map) {
        return same(map, type, other.value());
      }
    }
    return same(map, type, conv(map, map.channels(), 1, 0, 1).value());
  }

  private Map2 combined(Map2 map) {
    String[] types = {"Mul", "Max", "Min", "Sub", "Sum", "Mean", "Div"};
    String type = types[random.nextInt(types.length)];
    if (type.equals("Div")) {
      Map2 divisor = same(same(map, "Abs"), "Add", scalar(0.7f));
      return same(map, "Div", divisor.value());
    }
    return twice(map, type);
  }

  /** One or the other by the sign, as written out by hand. */
  private Map2 gate(Map2 map) {
    String positive = node("Greater", List.of(map.value(), scalar(0)));
    Map2 slope = same(map, "Mul", scalar(0.3f));
    String value = node("Where", List.of(positive, map.value(), slope.value()));
    return new Map2(value, map.channels(), map.side());
  }

  private Map2 parted(Map2 map) {
    List<Map2> parts = split(map);
    maps.addAll(parts.subList(0, parts.size() - 1));
    return parts.get(parts.size() - 1);
  }

  private Map2 constant(Map2 map) {
    return switch (random.nextInt(4)) {
      case 0 -> same(map, "Add", floats(0.5, 0, map.channels(), 1, 1));
      case 1 -> same(map, "PRelu", floats(0.3, 0.2, map.channels(), 1, 1));
      case 2 -> same(map, "Mul", floats(0.5, 1, 1, map.channels(), 1, 1));
      default -> same(map, "Sub", scalar(0.3f));
    };
  }

  private Map2 concat(Map2 map) {
    List<Map2> parts = new ArrayList<>(List.of(map));
    for (Map2 other : maps) {
      if (other.side() == map.side() && parts.size() < 3 && random.nextBoolean()) {
        parts.add(other);
      }
    }
    String value = node("Concat", parts.stream().map(Map2::value).toList(), "axis", 1);
    return new Map2(value, parts.stream().mapToInt(Map2::channels).sum(), map.side());
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

  private Map2 sharedWeights(Map2 map) {
    String weight = weight(map.channels(), map.channels(), 1, 1);
    Map2 once = relu(conv(map, weight, map.channels(), 1, 0, 1));
    return conv(once, weight, map.channels(), 1, 0, 1);
  }

  /** A shortcut with fewer channels than the branch, as in residual networks for CIFAR. */
  private Map2 unevenResidual(Map2 map) {
    Map2 branch = norm(conv(map, map.channels() + 2, 1, 0, 1), "BatchNormalization");
    String pads = longs(0, 0, 0, 0, 0, 2, 0, 0);
    String padded = node("Pad", List.of(map.value(), pads));
    return relu(same(branch, "Add", padded));
  }

  /** Another output of the graph, made by whatever operator. */
  private Map2 tap(Map2 map) {
    if (outputs.size() < 2 && !map.value().equals("x")) {
      String name = fresh("y");
      String[] types = {"Identity", "Softmax", "Transpose", "ReduceMax", "LRN", "Abs"};
      String type = types[random.nextInt(types.length)];
      List<String> inputs = new ArrayList<>(List.of(map.value()));
      Object[] attributes = type.equals("LRN") ? new Object[] {"size", 3L} : new Object[0];
      nodes.add(Graphs.node(fresh("n"), type, inputs, name, attributes));
      outputs.add(Graphs.value(name, -1, -1, -1, -1));
    }
    return map;
  }

  private void end() {
    int gene = random.nextInt(3);
    Map2 map = maps.get(maps.size() - 1);
    String flat;
    int features = map.channels() * map.side() * map.side();
    if (gene == 0) {
      flat = node("Flatten", List.of(map.value()));
    } else if (gene == 1) {
      flat = node("Reshape", List.of(map.value(), longs(0, -1)));
    } else {
      flat = node("ReduceMean", List.of(map.value(), longs(2, 3)), "keepdims", 0);
      features = map.channels();
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
