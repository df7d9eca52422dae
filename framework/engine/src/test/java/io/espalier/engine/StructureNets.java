package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random networks around one operator that works along axes or moves elements. */
final class StructureNets {
  private final Random random;
  private final Net net;
  private final long opset;

  /** A network of a trained value: three axes in a sample. */
  StructureNets(long seed, long opset) {
    this.random = new Random(seed);
    this.opset = opset;
    Shape shape = Shape.of(1 + random.nextInt(5), 2 + random.nextInt(4), 2 + random.nextInt(5));
    net = new Net(shape, seed).opset(opset);
    net.node("Add", List.of(net.weights(shape.toArray())), Map.of());
  }

  /** An axis within a sample, from the front or from the end. */
  private long axis() {
    int axis = 1 + random.nextInt(3);
    return random.nextBoolean() ? axis : axis - 4;
  }

  private static Attribute number(long value) {
    return new Attribute.Int(value);
  }

  private static Map<String, Attribute> merged(
      Map<String, Attribute> one, Map<String, Attribute> other) {
    Map<String, Attribute> all = new LinkedHashMap<>(one);
    all.putAll(other);
    return all;
  }

  Net softmax(String type) {
    long axis = opset < 11 ? 1 + random.nextInt(3) : axis();
    return net.node(type, List.of(), Map.of("axis", number(axis)));
  }

  Net reduce(String type) {
    boolean asInput = opset >= (type.equals("ReduceSum") ? 13 : 18);
    if (type.equals("ReduceLogSum")) {
      net.node("Exp", List.of(), Map.of());
    }
    int first = 1 + random.nextInt(2);
    long[] axes = random.nextBoolean() ? new long[] {first} : new long[] {first, 3};
    Map<String, Attribute> attributes = Map.of("keepdims", number(random.nextInt(2)));
    return asInput
        ? net.node(type, List.of(net.longs(axes)), attributes)
        : net.node(type, List.of(), merged(attributes, Map.of("axes", Net.ints(axes))));
  }

  Net transpose() {
    List<Long> order = new ArrayList<>(List.of(1L, 2L, 3L));
    Collections.shuffle(order, random);
    order.add(0, 0L);
    return net.node("Transpose", List.of(), Map.of("perm", new Attribute.Ints(order)));
  }

  /** Pixels out of channels and back into them, in blocks that the extents are made to fit. */
  Net shuffledPixels(String mode) {
    int block = 2 + random.nextInt(2);
    Shape shape = net.shape();
    net.node("Tile", List.of(net.longs(1, (long) block * block, 1, 1)), Map.of());
    net.node(
        "DepthToSpace",
        List.of(),
        Map.of("blocksize", number(block), "mode", new Attribute.Text(mode)));
    net.node("Tanh", List.of(), Map.of())
        .node("Mul", List.of(net.weights(shape.dim(2) * block)), Map.of());
    return net.node("SpaceToDepth", List.of(), Map.of("blocksize", number(block)));
  }

  /** Split, with parts of different sizes, and joined again in another order, one part twice. */
  Net splitAndConcat() {
    int axis = 1 + random.nextInt(3);
    long extent = net.shape().dim(axis - 1);
    Map<String, Attribute> attributes = Map.of("axis", number(axis));
    List<String> parts;
    if (extent < 2) {
      parts = List.of(net.top(), net.top());
    } else if (opset < 13) {
      parts = net.split(2, List.of(), merged(attributes, Map.of("split", Net.ints(1, extent - 1))));
    } else {
      parts = net.split(2, List.of(net.longs(1, extent - 1)), attributes);
    }
    net.from(parts.get(1));
    return net.node("Concat", List.of(parts.get(0), parts.get(1)), attributes);
  }

  Net slice() {
    int axis = 2 + random.nextInt(2);
    long extent = net.shape().dim(axis - 1);
    if (opset < 10) {
      Map<String, Attribute> attributes =
          Map.of("starts", Net.ints(0, 1), "ends", Net.ints(1, -1), "axes", Net.ints(1, axis));
      return extent > 2 ? net.node("Slice", List.of(), attributes) : net;
    }
    boolean backward = random.nextBoolean();
    String starts = net.longs(0, backward ? 1000 : -extent);
    String ends = net.longs(Integer.MAX_VALUE, backward ? -1000 : 1000);
    String steps = net.longs(1, backward ? -1 - random.nextInt(2) : 1 + random.nextInt(2));
    return net.node("Slice", List.of(starts, ends, net.longs(0, axis), steps), Map.of());
  }

  Net pad(String mode) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", new Attribute.Text(mode));
    long[] pads = {0, 0, 1, random.nextInt(2), 0, 0, 0, 1};
    if (mode.equals("constant")) {
      pads[1] = 2;
      pads[7] = -1;
    }
    if (opset < 11) {
      attributes.put("pads", Net.ints(pads));
      return net.node("Pad", List.of(), attributes);
    }
    String value = net.tensor(Tensor.ofFloats("value", Shape.of(), 0.75f));
    if (opset < 18) {
      return net.node("Pad", List.of(net.longs(pads), value), attributes);
    }
    return net.node("Pad", List.of(net.longs(1, 0, 0, 1), value, net.longs(-1, 2)), attributes);
  }

  Net squeezeAndUnsqueeze() {
    if (opset < 13) {
      net.node("Unsqueeze", List.of(), Map.of("axes", Net.ints(1, 4)));
      return net.node("Squeeze", List.of(), Map.of("axes", Net.ints(4)));
    }
    net.node("Unsqueeze", List.of(net.longs(-1, 2)), Map.of());
    return net.node("Squeeze", List.of(net.longs(2)), Map.of());
  }

  Net layerNormalization() {
    int axis = 1 + random.nextInt(3);
    long[] dims = net.shape().dims().stream().skip(axis - 1).mapToLong(d -> d).toArray();
    List<String> inputs = new ArrayList<>(List.of(net.weights(dims)));
    if (random.nextBoolean()) {
      inputs.add(net.weights(dims[dims.length - 1]));
    }
    return net.node(
        "LayerNormalization",
        inputs,
        Map.of("axis", number(axis), "epsilon", new Attribute.Real(1e-2f)));
  }

  /** Operator set 7 can normalise every place of a channel by itself. */
  Net normalisedElements() {
    long[] dims = net.shape().toArray();
    String mean = net.weights(dims);
    float[] variances = new float[(int) net.shape().size()];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = 0.5f + random.nextFloat();
    }
    String variance = net.tensor(Tensor.ofFloats("variance", net.shape(), variances));
    return net.node(
        "BatchNormalization",
        List.of(net.weights(dims), net.weights(dims), mean, variance),
        Map.of("spatial", number(0), "epsilon", new Attribute.Real(1e-2f)));
  }

  Net instanceNormalization() {
    long channels = net.shape().dim(0);
    return net.node(
        "InstanceNormalization", List.of(net.weights(channels), net.weights(channels)), Map.of());
  }

  Net groupNormalization() {
    long channels = net.shape().dim(0);
    long groups = channels % 2 == 0 ? 2 : channels;
    long scales = opset < 21 ? groups : channels;
    return net.node(
        "GroupNormalization",
        List.of(net.weights(scales), net.weights(scales)),
        Map.of("num_groups", number(groups)));
  }

  Net globalMaxPool() {
    return net.node("GlobalMaxPool", List.of(), Map.of());
  }

  /** One index, several and a table of them, from the front and the end. */
  Net gather() {
    int axis = 1 + random.nextInt(3);
    long extent = net.shape().dim(axis - 1);
    long last = extent - 1;
    String indices =
        switch (random.nextInt(3)) {
          case 0 -> net.tensor(Tensor.ofLongs("index", Shape.of(), last));
          case 1 -> net.longs(0, -1, last, -extent);
          default -> net.tensor(Tensor.ofLongs("table", Shape.of(2, 3), 0, last, -1, 0, 0, last));
        };
    return net.node("Gather", List.of(indices), Map.of("axis", number(axis)));
  }

  /** To more rows, and of a weight to all samples. */
  Net expand() {
    long rows = net.shape().dim(1);
    String wide = net.node("Reshape", List.of(net.longs(0, 1, rows, -1)), Map.of()).top();
    String many = net.node("Expand", List.of(net.longs(1, 3, 1, 1)), Map.of()).top();
    net.from("input").node("Shape", List.of(), Map.of());
    net.node("Gather", List.of(net.tensor(Tensor.ofLongs("first", Shape.of(), 0))), Map.of());
    net.node("Unsqueeze", List.of(net.longs(0)), Map.of());
    String batch = net.top();
    String rest = net.longs(2, rows, net.from(wide).shape().dim(2));
    String target = net.from(batch).node("Concat", List.of(rest), Map.of("axis", number(0))).top();
    net.from(net.weights(1, 1, rows, 1)).node("Expand", List.of(target), Map.of());
    return net.node("Concat", List.of(many), Map.of("axis", number(1)));
  }

  Net where() {
    Shape shape = net.shape();
    byte[] truth = new byte[(int) shape.size()];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = (byte) random.nextInt(2);
    }
    String condition =
        net.tensor(Tensor.of("condition", DataType.BOOL, shape, ByteBuffer.wrap(truth)));
    String value = net.top();
    String other = net.node("Tanh", List.of(), Map.of()).top();
    String few = net.weights(shape.dim(1), 1);
    net.from(condition);
    return random.nextBoolean()
        ? net.node("Where", List.of(value, other), Map.of())
        : net.node("Where", List.of(few, value), Map.of());
  }

  /** Where by a condition that comes from the data, and a factor that such a condition is. */
  Net chosen(String comparison) {
    Shape shape = net.shape();
    String value = net.top();
    String other = net.node("Tanh", List.of(), Map.of()).top();
    String few = net.weights(shape.dim(1), 1);
    String zero = net.tensor(Tensor.ofFloats("zero", Shape.of(), 0));
    String first = random.nextBoolean() ? other : few;
    String truth = net.from(value).node(comparison, List.of(first), Map.of()).top();
    String both = List.of("And", "Or", "Xor", "Equal").get(random.nextInt(4));
    net.from(other).node("Less", List.of(zero), Map.of()).node(both, List.of(truth), Map.of());
    net.node("Not", List.of(), Map.of());
    net.node("Where", random.nextBoolean() ? List.of(few, value) : List.of(other, few), Map.of());
    String either = net.top();
    net.from(value).node("Cast", List.of(), Map.of("to", number(DataType.BOOL.code())));
    net.node("And", List.of(truth), Map.of());
    net.node("Cast", List.of(), Map.of("to", number(DataType.FLOAT.code())));
    return net.node("Mul", List.of(value), Map.of()).add(either);
  }

  Net responseNormalization() {
    return net.node(
        "LRN",
        List.of(),
        Map.of(
            "size",
            number(1 + 2L * random.nextInt(3)),
            "alpha",
            new Attribute.Real(0.9f),
            "bias",
            new Attribute.Real(1.5f)));
  }

  /** Three and more operands of different shapes. */
  Net several(String type) {
    Shape shape = net.shape();
    String first = net.top();
    String second = net.node("Tanh", List.of(), Map.of()).top();
    String third = net.weights(shape.dim(1), 1);
    net.from(first).node(type, List.of(second, third), Map.of());
    return net.node(type, List.of(), Map.of());
  }

  Net powers() {
    String exponent = net.node("Tanh", List.of(), Map.of()).top();
    net.node("Exp", List.of(), Map.of()).node("Pow", List.of(exponent), Map.of());
    return net.node("Pow", List.of(net.weights(net.shape().dim(1), 1)), Map.of());
  }

  Net resize(String mode, String coordinates) {
    Map<String, Attribute> attributes = resizing(mode, coordinates);
    if (mode.equals("nearest")) {
      attributes.put("nearest_mode", new Attribute.Text("floor"));
    }
    String value = net.top();
    net.node("Shape", List.of(), Map.of())
        .node("Slice", List.of(net.longs(0), net.longs(2)), Map.of());
    String size = net.longs(1 + random.nextInt(8), 1 + random.nextInt(8));
    String sizes = net.node("Concat", List.of(size), Map.of("axis", number(0))).top();
    return net.from(value).node("Resize", List.of("", "", sizes), attributes);
  }

  private static Map<String, Attribute> resizing(String mode, String coordinates) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", new Attribute.Text(mode));
    attributes.put("coordinate_transformation_mode", new Attribute.Text(coordinates));
    return attributes;
  }

  /** By scales that give no whole extents. */
  Net rescale(String mode, String coordinates, Map<String, Attribute> more) {
    float[] some = {0.35f, 0.6f, 0.75f, 1.3f, 1.7f, 2.5f};
    float down = some[random.nextInt(some.length)] + (net.shape().dim(1) < 3 ? 0.5f : 0);
    float along = some[random.nextInt(some.length)] + (net.shape().dim(2) < 3 ? 0.5f : 0);
    String scales = net.tensor(Tensor.ofFloats("scales", Shape.of(4), 1, 1, down, along));
    return opset < 11
        ? net.node("Resize", List.of(scales), Map.of("mode", new Attribute.Text(mode)))
        : net.node("Resize", List.of("", scales), merged(resizing(mode, coordinates), more));
  }

  /** To sizes that the ratio of the extents bends. */
  Net resizeAlike(String mode, String policy) {
    String sizes = net.longs(1 + random.nextInt(8), 1 + random.nextInt(8));
    Map<String, Attribute> more =
        Map.of("keep_aspect_ratio_policy", new Attribute.Text(policy), "axes", Net.ints(2, 3));
    return net.node("Resize", List.of("", "", sizes), merged(resizing(mode, "half_pixel"), more));
  }

  Net upsample(String mode) {
    String scales = net.tensor(Tensor.ofFloats("scales", Shape.of(4), 1, 1, 2, 3));
    Map<String, Attribute> attributes = Map.of("mode", new Attribute.Text(mode));
    return opset < 9
        ? net.node(
            "Upsample",
            List.of(),
            merged(attributes, Map.of("scales", new Attribute.Reals(List.of(1f, 1f, 2f, 3f)))))
        : net.node("Upsample", List.of(scales), attributes);
  }

  /** A normalisation whose mean and factor go on, too. */
  Net layerStatistics() {
    int axis = 1 + random.nextInt(3);
    Shape shape = net.shape();
    long[] dims = new Shape(shape.dims().subList(axis - 1, 3)).toArray();
    List<String> outputs =
        net.outputs(
            "LayerNormalization",
            3,
            List.of(net.weights(dims), net.weights(dims)),
            Map.of("axis", number(axis)));
    return net.node("Mul", List.of(outputs.get(1)), Map.of()).add(outputs.get(0));
  }

  /** A Dropout that drops nothing, and its mask as a factor. */
  Net passedMask() {
    String value = net.top();
    List<String> ratio = List.of(net.tensor(Tensor.ofFloats("ratio", Shape.of(), 0)));
    Map<String, Attribute> attribute = Map.of("ratio", new Attribute.Real(0));
    List<String> outputs =
        opset < 12
            ? net.outputs("Dropout", 2, List.of(), attribute)
            : net.outputs("Dropout", 2, ratio, Map.of());
    if (opset >= 10) {
      net.node("Cast", List.of(), Map.of("to", number(DataType.FLOAT.code())));
    } else {
      net.from(value);
    }
    return net.node("Mul", List.of(outputs.get(0)), Map.of());
  }

  Net productWithComputedBias() {
    String value = net.flatten().top();
    long features = net.shape().size();
    String bias =
        net.node("MatMul", List.of(net.weights(features, random.nextBoolean() ? 1 : 4)), Map.of())
            .top();
    boolean rows = random.nextBoolean();
    Map<String, Attribute> attributes =
        Map.of(
            "transB",
            number(rows ? 1 : 0),
            "alpha",
            new Attribute.Real(0.7f),
            "beta",
            new Attribute.Real(random.nextBoolean() ? 1 : -1.5f));
    String weight = rows ? net.weights(4, features) : net.weights(features, 4);
    return net.from(value).node("Gemm", List.of(weight, bias), attributes);
  }

  /** A constant on the left, and stacks of constants on either side. */
  Net products() {
    Shape shape = net.shape();
    String value = net.top();
    net.from(net.weights(3, shape.dim(1))).node("MatMul", List.of(value), Map.of());
    String stack = net.weights(shape.dim(0), shape.dim(2), 2);
    return net.node("MatMul", List.of(stack), Map.of());
  }
}
