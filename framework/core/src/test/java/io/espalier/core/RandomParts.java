package io.espalier.core;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The parts that random networks are made of. */
class RandomParts {
  /** A feature map: channels x side x side. */
  record Map2(String value, int channels, int side) {}

  final List<Node> nodes = new ArrayList<>();
  final Map<String, Tensor> tensors = new LinkedHashMap<>();
  SplittableRandom random;
  private int next;

  RandomParts(long seed) {
    random = new SplittableRandom(seed);
  }

  int channels() {
    return 2 * (1 + random.nextInt(4));
  }

  String fresh(String prefix) {
    return prefix + next++;
  }

  String floats(double scale, double shift, long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * (2 * random.nextDouble() - 1));
    }
    String name = fresh("t");
    tensors.put(name, Tensor.ofFloats(name, shape, values));
    return name;
  }

  String scalar(float value) {
    return floats(0, value);
  }

  String longs(long... values) {
    String name = fresh("t");
    tensors.put(name, Tensor.ofLongs(name, Shape.of(values.length), values));
    return name;
  }

  String node(String type, List<String> inputs, Object... attributes) {
    String name = fresh("n");
    nodes.add(Graphs.node(name, type, inputs, name + ".out", attributes));
    return name + ".out";
  }

  Map2 same(Map2 map, String type, String... others) {
    List<String> inputs = new ArrayList<>(List.of(map.value));
    inputs.addAll(Arrays.asList(others));
    return new Map2(node(type, inputs), map.channels, map.side);
  }

  Map2 relu(Map2 map) {
    return same(map, "Relu");
  }

  Map2 conv(Map2 map, int filters, int kernel, int pad, int group) {
    String weight = weight(filters, map.channels / group, kernel, kernel);
    return conv(map, weight, filters, kernel, pad, group);
  }

  String weight(long... dims) {
    return floats(1.5 / Math.sqrt(dims[1] * dims[2] * dims[3]), 0, dims);
  }

  Map2 conv(Map2 map, String weight, int filters, int kernel, int pad, int group) {
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
}
