package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import io.espalier.core.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Builds small networks for tests, each layer on top of the last, with random weights. */
final class Net {
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final Shape sample;
  private final Random random;
  private String top = "input";
  private long opset = 17;
  private ValueInfo.Dimension batch = new ValueInfo.Open("batch");
  private boolean openImages;

  Net(Shape sample, long seed) {
    this.sample = sample;
    this.random = new Random(seed);
  }

  /** Name of the last value. */
  String top() {
    return top;
  }

  /** Writes the graph in another operator set. */
  Net opset(long version) {
    opset = version;
    return this;
  }

  /** Writes the graph with a fixed number of samples. */
  Net fixedSamples(long count) {
    batch = new ValueInfo.Known(count);
    return this;
  }

  /** Writes the graph with open height and width. */
  Net openImages() {
    openImages = true;
    return this;
  }

  /** Goes on from another value. */
  Net from(String value) {
    top = value;
    return this;
  }

  /** Shape of one sample of the last value. */
  Shape shape() {
    Model bound = OpenAxes.bind(model(), sample);
    Shape shape = Objects.requireNonNull(Shapes.infer(bound, 1).get(top), top);
    return new Shape(shape.dims().subList(1, shape.rank()));
  }

  /** A float tensor of normal numbers. */
  String weights(long... dims) {
    float[] values = new float[(int) Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.5f;
    }
    return tensor(Tensor.ofFloats("w" + tensors.size(), Shape.of(dims), values));
  }

  String tensor(Tensor tensor) {
    tensors.add(tensor);
    return tensor.name();
  }

  Net node(String type, List<String> furtherInputs, Map<String, Attribute> attributes) {
    List<String> inputs = new ArrayList<>(List.of(top));
    inputs.addAll(furtherInputs);
    String name = type.toLowerCase(Locale.ROOT) + nodes.size();
    top = name + ".out";
    nodes.add(new Node(name, type, "", inputs, List.of(top), attributes));
    return this;
  }

  /** A Split; the last of its outputs is then the last value. */
  List<String> split(int outputs, List<String> furtherInputs, Map<String, Attribute> attributes) {
    return outputs("Split", outputs, furtherInputs, attributes);
  }

  /** A node with several outputs; the last of them is then the last value. */
  List<String> outputs(
      String type, int outputs, List<String> furtherInputs, Map<String, Attribute> attributes) {
    node(type, furtherInputs, attributes);
    Node single = nodes.remove(nodes.size() - 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add(top + i);
    }
    nodes.add(new Node(single.name(), type, "", single.inputs(), names, single.attributes()));
    top = names.get(outputs - 1);
    return names;
  }

  Net conv(long outs, long kernelY, long kernelX, boolean bias, Window window) {
    long groups = window.groups;
    String weight = weights(outs, shape().dim(0) / groups, kernelY, kernelX);
    List<String> inputs = bias ? List.of(weight, weights(outs)) : List.of(weight);
    Map<String, Attribute> attributes = new LinkedHashMap<>(window.attributes());
    attributes.put("group", new Attribute.Int(groups));
    attributes.put("kernel_shape", ints(kernelY, kernelX));
    return node("Conv", inputs, attributes);
  }

  Net pool(String type, long kernelY, long kernelX, Window window) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(window.attributes());
    attributes.put("kernel_shape", ints(kernelY, kernelX));
    if (type.equals("AveragePool")) {
      attributes.remove("dilations");
    }
    return node(type, List.of(), attributes);
  }

  Net relu() {
    return node("Relu", List.of(), Map.of());
  }

  /** Batch normalisation with random scale, bias and running statistics, momentum 0.75. */
  Net normalise() {
    long channels = shape().dim(0);
    String scale = weights(channels);
    String bias = weights(channels);
    String mean = weights(channels);
    float[] variances = new float[(int) channels];
    for (int c = 0; c < channels; c++) {
      variances[c] = 0.5f + random.nextFloat();
    }
    String variance = tensor(Tensor.ofFloats("w" + tensors.size(), Shape.of(channels), variances));
    return node(
        "BatchNormalization",
        List.of(scale, bias, mean, variance),
        Map.of("epsilon", new Attribute.Real(1e-3f), "momentum", new Attribute.Real(0.75f)));
  }

  /** Adds another value. */
  Net add(String value) {
    return node("Add", List.of(value), Map.of());
  }

  Net flatten() {
    return node("Flatten", List.of(), Map.of());
  }

  /** A dense layer with the weight stored as PyTorch does, one row per output. */
  Net dense(long outs) {
    return node(
        "Gemm",
        List.of(weights(outs, shape().size()), weights(outs)),
        Map.of("transB", new Attribute.Int(1)));
  }

  /** Flatten and a dense layer to some classes: what every test network ends in. */
  Model classifier(int classes) {
    return flatten().dense(classes).model();
  }

  Model model() {
    List<ValueInfo.Dimension> dims = new ArrayList<>(List.of(batch));
    sample.dims().forEach(dim -> dims.add(new ValueInfo.Known(dim)));
    for (int axis = 2; openImages && axis < dims.size(); axis++) {
      dims.set(axis, new ValueInfo.Open("side" + axis));
    }
    List<ValueInfo.Dimension> open = List.of(new ValueInfo.Open("batch"), new ValueInfo.Open(""));
    return Model.of(
        new Graph(
            "net",
            nodes,
            List.of(new ValueInfo("input", DataType.FLOAT, dims)),
            List.of(new ValueInfo(top, DataType.FLOAT, open)),
            Map.of("", opset)),
        tensors);
  }

  /** An int64 tensor with one axis. */
  String longs(long... values) {
    return tensor(Tensor.ofLongs("longs" + tensors.size(), Shape.of(values.length), values));
  }

  static Attribute ints(long... values) {
    return new Attribute.Ints(Arrays.stream(values).boxed().toList());
  }

  /** Random samples with random labels. */
  ArrayData data(int count, int classes) {
    int size = (int) sample.size();
    float[] samples = new float[count * size];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(count, 0, classes).toArray();
    return new ArrayData(sample, classes, samples, labels);
  }

  /** Strides, dilations, padding (top, left, bottom, right) and groups. */
  record Window(
      long strideY, long strideX, long dilationY, long dilationX, List<Long> pads, long groups) {
    static final Window PLAIN = new Window(1, 1, 1, 1, List.of(0L, 0L, 0L, 0L), 1);

    Map<String, Attribute> attributes() {
      return Map.of(
          "strides",
          ints(strideY, strideX),
          "dilations",
          ints(dilationY, dilationX),
          "pads",
          new Attribute.Ints(pads));
    }
  }
}
