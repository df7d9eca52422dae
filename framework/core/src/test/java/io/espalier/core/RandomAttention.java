package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Blocks of random networks in which channels weigh channels, pixels or tokens. */
class RandomAttention extends RandomArrangements {
  private static final int WIDTH = 8;

  RandomAttention(long seed) {
    super(seed);
  }

  /** A factor for each channel, from its pooled values by convolutions or dense layers. */
  Map2 squeezeExcite(Map2 map) {
    String pooled =
        random.nextBoolean()
            ? node("GlobalAveragePool", List.of(map.value()))
            : node("ReduceMean", List.of(map.value(), longs(2, 3)));
    if (random.nextBoolean()) {
      Map2 gate = relu(conv(new Map2(pooled, map.channels(), 1), 4, 1, 0, 1));
      return same(map, "Mul", same(conv(gate, map.channels(), 1, 0, 1), "Sigmoid").value());
    }
    String flat = node("Squeeze", List.of(pooled, longs(2, 3)));
    String narrow = node("Gemm", List.of(flat, floats(0.5, 0, map.channels(), 4)));
    String wide =
        node(
            "Gemm",
            List.of(node("Relu", List.of(narrow)), floats(0.5, 0, 4, map.channels())),
            "alpha",
            0.7f);
    String gate = node("Unsqueeze", List.of(node("HardSigmoid", List.of(wide)), longs(2, 3)));
    return same(map, "Mul", gate);
  }

  /** A factor for each pixel, from reductions over its channels. */
  Map2 spatialAttention(Map2 map) {
    String[] types = {
      "ReduceMean",
      "ReduceMax",
      "ReduceMin",
      "ReduceSum",
      "ReduceL1",
      "ReduceL2",
      "ReduceSumSquare",
      "ReduceProd"
    };
    String one = node(types[random.nextInt(types.length)], List.of(map.value(), longs(1)));
    String other = node(types[random.nextInt(types.length)], List.of(map.value(), longs(1)));
    String both = node("Concat", List.of(one, other), "axis", 1);
    Map2 gate = same(conv(new Map2(both, 2, map.side()), 1, 1, 0, 1), "Sigmoid");
    return same(map, "Mul", gate.value());
  }

  Map2 softmaxGate(Map2 map) {
    String type = random.nextBoolean() ? "Softmax" : "LogSoftmax";
    String shares = node(type, List.of(map.value()), "axis", 1);
    return same(map, "Mul", shares);
  }

  /** Normalises the channels of each pixel, or all of a sample. */
  Map2 layerNorm(Map2 map) {
    if (random.nextInt(4) == 0) {
      String scale = floats(0.5, 1, map.channels(), map.side(), map.side());
      String value = normalised(map.value(), scale, map, 1, map.side(), map.side());
      return new Map2(value, map.channels(), map.side());
    }
    String last = node("Transpose", List.of(map.value()), "perm", new long[] {0, 2, 3, 1});
    String value = normalised(last, floats(0.5, 1, map.channels()), map, -1);
    return new Map2(
        node("Transpose", List.of(value), "perm", new long[] {0, 3, 1, 2}),
        map.channels(),
        map.side());
  }

  /** A large epsilon, so that what is nearly even is not blown up. */
  private String normalised(String value, String scale, Map2 map, int axis, long... behind) {
    List<String> inputs = new ArrayList<>(List.of(value, scale));
    if (random.nextBoolean()) {
      long[] dims = new long[1 + behind.length];
      dims[0] = map.channels();
      System.arraycopy(behind, 0, dims, 1, behind.length);
      inputs.add(floats(0.4, 0, dims));
    }
    return node("LayerNormalization", inputs, "axis", axis, "epsilon", 0.05f);
  }

  /** Attention of two heads over the pixels, and behind it dense layers, as in a transformer. */
  Map2 transformer(Map2 map) {
    String rows = node("Reshape", List.of(map.value(), longs(0, map.channels(), pixels(map))));
    String tokens = node("Transpose", List.of(rows), "perm", new long[] {0, 2, 1});
    String attended = attended(normalised(tokens, floats(0.5, 1, map.channels()), map, -1), map);
    tokens = node("Add", List.of(tokens, attended));
    if (random.nextBoolean()) {
      String inside = normalised(tokens, floats(0.5, 1, map.channels()), map, -1);
      String hidden = node("MatMul", List.of(inside, floats(0.5, 0, map.channels(), 6)));
      String active = node("Gelu", List.of(node("Add", List.of(hidden, floats(0.3, 0, 6)))));
      String dense = node("MatMul", List.of(active, floats(0.5, 0, 6, map.channels())));
      tokens = node("Add", List.of(tokens, dense));
    }
    String back = node("Transpose", List.of(tokens), "perm", new long[] {0, 2, 1});
    String value = node("Reshape", List.of(back, longs(0, map.channels(), map.side(), map.side())));
    return new Map2(value, map.channels(), map.side());
  }

  private static long pixels(Map2 map) {
    return (long) map.side() * map.side();
  }

  /** Multi-head attention of two heads over the pixels. */
  Map2 attention(Map2 map) {
    String rows = node("Reshape", List.of(map.value(), longs(0, map.channels(), pixels(map))));
    String tokens = node("Transpose", List.of(rows), "perm", new long[] {0, 2, 1});
    String back = node("Transpose", List.of(attended(tokens, map)), "perm", new long[] {0, 2, 1});
    String value = node("Reshape", List.of(back, longs(0, map.channels(), map.side(), map.side())));
    return same(map, "Add", value);
  }

  private String attended(String tokens, Map2 map) {
    List<String> parts = random.nextBoolean() ? separate(tokens, map) : packed(tokens, map);
    String query = heads(parts.get(0), map, 0, 2, 1, 3);
    String key = heads(parts.get(1), map, 0, 2, 3, 1);
    String seen = heads(parts.get(2), map, 0, 2, 1, 3);
    String scores = node("Mul", List.of(node("MatMul", List.of(query, key)), scalar(0.5f)));
    String mixed = node("MatMul", List.of(node("Softmax", List.of(scores), "axis", -1), seen));
    String joined = node("Transpose", List.of(mixed), "perm", new long[] {0, 2, 1, 3});
    String flat = node("Reshape", List.of(joined, longs(0, pixels(map), WIDTH)));
    return node("MatMul", List.of(flat, floats(0.5, 0, WIDTH, map.channels())));
  }

  /** Query, key and value by a layer each. */
  private List<String> separate(String tokens, Map2 map) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String dense = node("MatMul", List.of(tokens, floats(0.5, 0, map.channels(), WIDTH)));
      parts.add(node("Add", List.of(dense, floats(0.3, 0, WIDTH))));
    }
    return parts;
  }

  /** Query, key and value by one layer. */
  private List<String> packed(String tokens, Map2 map) {
    String dense = node("MatMul", List.of(tokens, floats(0.5, 0, map.channels(), 3 * WIDTH)));
    String shifted = node("Add", List.of(dense, floats(0.3, 0, 3 * WIDTH)));
    String name = fresh("n");
    List<String> parts = List.of(name + ".q", name + ".k", name + ".v");
    nodes.add(
        new Node(
            name,
            "Split",
            "",
            List.of(shifted),
            parts,
            Map.of("axis", new Attribute.Int(-1), "num_outputs", new Attribute.Int(3))));
    return parts;
  }

  private String heads(String part, Map2 map, long... order) {
    String split = node("Reshape", List.of(part, longs(0, pixels(map), 2, WIDTH / 2)));
    return node("Transpose", List.of(split), "perm", order);
  }
}
