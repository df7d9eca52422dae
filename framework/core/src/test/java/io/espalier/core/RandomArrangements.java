package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Map;

/** Blocks of random networks that rearrange channels. */
class RandomArrangements extends RandomParts {
  RandomArrangements(long seed) {
    super(seed);
  }

  Map2 concatOf(Map2 a, Map2 b) {
    String value = node("Concat", List.of(a.value(), b.value()), "axis", 1);
    return new Map2(value, a.channels() + b.channels(), a.side());
  }

  /** Two parts, or all of one part if there is one channel. */
  List<Map2> split(Map2 map) {
    if (map.channels() < 2) {
      return List.of(relu(map));
    }
    int first = 1 + random.nextInt(map.channels() - 1);
    String name = fresh("n");
    nodes.add(
        new Node(
            name,
            "Split",
            "",
            List.of(map.value(), longs(first, map.channels() - first)),
            List.of(name + ".a", name + ".b"),
            Map.of("axis", new Attribute.Int(1))));
    Map2 a = new Map2(name + ".a", first, map.side());
    Map2 b = new Map2(name + ".b", map.channels() - first, map.side());
    return List.of(a, random.nextBoolean() ? b : concatOf(relu(a), b));
  }

  Map2 slice(Map2 map) {
    int from = random.nextInt(map.channels());
    int to = from + 1 + random.nextInt(map.channels() - from);
    boolean reverse = random.nextInt(4) == 0;
    String value =
        reverse
            ? node("Slice", List.of(map.value(), longs(-1), longs(-999), longs(1), longs(-1)))
            : node("Slice", List.of(map.value(), longs(from), longs(to), longs(1)));
    return new Map2(value, reverse ? map.channels() : to - from, map.side());
  }

  Map2 padChannels(Map2 map) {
    String pads = longs(0, 1, 0, 0, 0, 2, 0, 0);
    Map2 wide = new Map2(node("Pad", List.of(map.value(), pads)), map.channels() + 3, map.side());
    return same(wide, "Add", conv(map, wide.channels(), 1, 0, 1).value());
  }

  Map2 padSpace(Map2 map) {
    String pads = longs(0, 0, 1, 0, 0, 0, 0, 1);
    String mode = random.nextBoolean() ? "constant" : "edge";
    String value = node("Pad", List.of(map.value(), pads), "mode", mode);
    String cropped =
        node("Slice", List.of(value, longs(0, 0), longs(map.side(), map.side()), longs(2, 3)));
    return new Map2(cropped, map.channels(), map.side());
  }

  Map2 shuffle(Map2 map) {
    if (map.channels() % 2 != 0 || map.channels() < 4) {
      return relu(map);
    }
    long half = map.channels() / 2;
    String split = node("Reshape", List.of(map.value(), longs(0, 2, half, map.side(), map.side())));
    String turned = node("Transpose", List.of(split), "perm", new long[] {0, 2, 1, 3, 4});
    String value =
        node("Reshape", List.of(turned, longs(0, map.channels(), map.side(), map.side())));
    return new Map2(value, map.channels(), map.side());
  }

  Map2 channelsLast(Map2 map) {
    String last = node("Transpose", List.of(map.value()), "perm", new long[] {0, 2, 3, 1});
    String dense =
        random.nextBoolean()
            ? node("Add", List.of(last, floats(0.5, 0, map.channels())))
            : node("MatMul", List.of(last, floats(0.5, 0, map.channels(), map.channels())));
    String value = node("Transpose", List.of(dense), "perm", new long[] {0, 3, 1, 2});
    return new Map2(value, map.channels(), map.side());
  }

  Map2 permute(Map2 map) {
    long[] order = new long[map.channels()];
    for (int i = 0; i < order.length; i++) {
      order[i] = (i * 3L + 1) % map.channels();
    }
    String value = node("Gather", List.of(map.value(), longs(order)), "axis", 1);
    return new Map2(value, map.channels(), map.side());
  }

  Map2 depthToSpace(Map2 map) {
    Map2 wide = conv(map, 8, 1, 0, 1);
    String mode = random.nextBoolean() ? "DCR" : "CRD";
    String deep = node("DepthToSpace", List.of(wide.value()), "blocksize", 2, "mode", mode);
    Map2 large = new Map2(deep, 2, wide.side() * 2);
    String value =
        node(
            "MaxPool",
            List.of(large.value()),
            "kernel_shape",
            new long[] {2, 2},
            "strides",
            new long[] {2, 2});
    return new Map2(value, 2, wide.side());
  }

  /** Twice the pixels along an axis of the image, of which the first half is taken. */
  Map2 stack(Map2 map) {
    int axis = 2 + random.nextInt(2);
    String twice = node("Concat", List.of(map.value(), relu(map).value()), "axis", axis);
    String half = node("Slice", List.of(twice, longs(1), longs(1 + map.side()), longs(axis)));
    return new Map2(half, map.channels(), map.side());
  }

  /** Rows of pixels as a signal, through a convolution along it. */
  Map2 signal(Map2 map) {
    int filters = channels();
    String rows =
        node(
            "Reshape",
            List.of(map.value(), longs(0, map.channels(), (long) map.side() * map.side())));
    String weight = floats(0.8 / Math.sqrt(map.channels()), 0, filters, map.channels(), 3);
    String value =
        node(
            "Conv",
            List.of(rows, weight, floats(0.5, 0.2, filters)),
            "kernel_shape",
            new long[] {3},
            "pads",
            new long[] {1, 1});
    String back = node("Reshape", List.of(value, longs(0, filters, map.side(), map.side())));
    return new Map2(back, filters, map.side());
  }

  Map2 resize(Map2 map) {
    String scales = tensor(1, 1, 2, 2);
    String large = node("Resize", List.of(map.value(), "", scales), "mode", "nearest");
    String value =
        node(
            "AveragePool",
            List.of(large),
            "kernel_shape",
            new long[] {2, 2},
            "strides",
            new long[] {2, 2});
    return new Map2(value, map.channels(), map.side());
  }

  private String tensor(float... values) {
    String name = fresh("t");
    tensors.put(name, Tensor.ofFloats(name, Shape.of(values.length), values));
    return name;
  }

  /** The mean of each channel, spread over the image again. */
  Map2 expand(Map2 map) {
    String pooled = node("GlobalMaxPool", List.of(map.value()));
    String spread =
        node("Expand", List.of(pooled, longs(1, map.channels(), map.side(), map.side())));
    return same(map, "Add", spread);
  }

  /** Flattened as exporters write it, with a batch that the graph reads off, and back. */
  Map2 computedReshape(Map2 map) {
    String shape = node("Shape", List.of(map.value()));
    String batch = node("Gather", List.of(shape, longs(0)), "axis", 0);
    String wanted = node("Concat", List.of(batch, longs(-1)), "axis", 0);
    String flat = node("Reshape", List.of(map.value(), wanted));
    String active = node("Tanh", List.of(flat));
    String back =
        node("Reshape", List.of(active, longs(0, map.channels(), map.side(), map.side())));
    return new Map2(back, map.channels(), map.side());
  }
}
