package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Codebook;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Quantises a trained model to int8 with pairs of QuantizeLinear and DequantizeLinear, the form
 * that ONNX Runtime turns into integer kernels (B. Jacob et al.: Quantization and Training of
 * Neural Networks for Efficient Integer-Arithmetic-Only Inference, CVPR 2018).
 *
 * <p>Weights are symmetric: {@code q = rint(w / scale)} with zero point 0 and {@code scale} such
 * that the largest weight is 127, for each output channel, or for the whole tensor where a codebook
 * binds it as a whole. So a zero stays a zero and weights that share a value share one still. The
 * quantised weight keeps its tensor's name and shape, and with them its mask and codebook. Biases
 * are int32 at the scale of the product. Activations are uint8 at scales from measured ranges, each
 * of which includes 0 so that padding is exact.
 */
public final class Int8Model {
  /** DequantizeLinear by axis came with it. */
  private static final long LEAST_OPSET = 13;

  private static final int MOST_WEIGHT = 127;
  private static final int MOST_ACTIVATION = 255;
  private static final Set<String> FUSED = Set.of("Relu", "Clip");

  private final Model model;
  private final Map<String, Range> ranges;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors;
  private final Map<String, float[]> weightScales = new HashMap<>();
  private final Map<String, String> standIns = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  /**
   * What an activation was seen to be.
   *
   * @param least value
   * @param greatest value
   */
  public record Range(float least, float greatest) {
    float scale() {
      float width = Math.max(0, greatest) - Math.min(0, least);
      return width > 0 ? width / MOST_ACTIVATION : 1;
    }

    int zeroPoint() {
      return Math.min(MOST_ACTIVATION, Math.round(-Math.min(0, least) / scale()));
    }
  }

  private Int8Model(Model model, Map<String, Range> ranges) {
    this.model = model;
    this.ranges = ranges;
    this.tensors = new LinkedHashMap<>(model.tensors());
    Layers.prunable(model, true).forEach(layer -> layers.put(layer.name(), layer));
  }

  /**
   * The values whose ranges have to be measured, in graph order: what goes into a layer, and what
   * comes out of it, after its rectifier if it has one.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) for a model without layers, or of an
   *     operator set before 13
   */
  public static List<String> activations(Model model) {
    long opset = model.graph().opsets().getOrDefault("", 0L);
    if (opset < LEAST_OPSET) {
      throw new Place("model '" + model.graph().name() + "'")
          .broken(
              "uses ONNX operator set %d; int8 by channel needs %d, convert it first"
                  .formatted(opset, LEAST_OPSET));
    }
    Int8Model work = new Int8Model(model, Map.of());
    if (work.layers.isEmpty()) {
      throw new Place("model '" + model.graph().name() + "'").broken("has no layer to quantise");
    }
    return List.copyOf(work.activations());
  }

  private Set<String> activations() {
    Set<String> values = new LinkedHashSet<>();
    for (Node node : model.graph().nodes()) {
      Layer layer = layers.get(node.name());
      if (layer != null) {
        values.add(activation(node, layer));
        String output = rectified(node.outputs().get(0));
        if (model.graph().outputs().stream().noneMatch(o -> o.name().equals(output))) {
          values.add(output);
        }
      }
    }
    return values;
  }

  private static String activation(Node node, Layer layer) {
    return node.inputs().get(node.inputs().get(0).equals(layer.weight()) ? 1 : 0);
  }

  /** The output of the rectifier that alone takes a value; the value itself if there is none. */
  private String rectified(String value) {
    List<Node> users =
        model.graph().nodes().stream().filter(n -> n.inputs().contains(value)).toList();
    boolean fuses =
        users.size() == 1
            && FUSED.contains(users.get(0).type())
            && model.graph().outputs().stream().noneMatch(o -> o.name().equals(value));
    return fuses ? users.get(0).outputs().get(0) : value;
  }

  /**
   * The quantised model. Masks, codebooks and history are kept.
   *
   * @param ranges of {@link #activations}
   */
  public static Model of(Model model, Map<String, Range> ranges) {
    return new Int8Model(model, ranges).build();
  }

  private Model build() {
    Set<String> quantised = activations();
    model.graph().inputs().stream()
        .filter(input -> quantised.contains(input.name()))
        .forEach(input -> pair(input.name()));
    for (Node node : model.graph().nodes()) {
      Layer layer = layers.get(node.name());
      nodes.add(layer == null ? redirected(node) : layer(node, layer));
      node.outputs().stream().filter(quantised::contains).forEach(this::pair);
    }
    Graph old = model.graph();
    Graph graph = new Graph(old.name(), nodes, old.inputs(), old.outputs(), old.opsets());
    return new Model(graph, tensors, model.masks(), model.codebooks(), model.history());
  }

  private Node redirected(Node node) {
    return withInputs(node, node.inputs().stream().map(i -> standIns.getOrDefault(i, i)).toList());
  }

  private static Node withInputs(Node node, List<String> inputs) {
    return new Node(
        node.name(), node.type(), node.domain(), inputs, node.outputs(), node.attributes());
  }

  private void pair(String value) {
    Range range = ranges.get(value);
    if (range == null) {
      throw new IllegalArgumentException("no range of '" + value + "' was measured");
    }
    String scale = add(Tensor.ofFloats(value + "/scale", Shape.of(), range.scale()));
    String zero =
        add(
            Tensor.of(
                value + "/zero",
                DataType.UINT8,
                Shape.of(),
                ByteBuffer.wrap(new byte[] {(byte) range.zeroPoint()})));
    String whole = value + "/quantised";
    String back = value + "/dequantised";
    nodes.add(node(whole, "QuantizeLinear", Map.of(), value, scale, zero));
    nodes.add(node(back, "DequantizeLinear", Map.of(), whole, scale, zero));
    standIns.put(value, back);
  }

  private String add(Tensor tensor) {
    tensors.put(tensor.name(), tensor);
    return tensor.name();
  }

  private static Node node(
      String output, String type, Map<String, Attribute> attributes, String... inputs) {
    return new Node(output, type, "", List.of(inputs), List.of(output), attributes);
  }

  private Node layer(Node node, Layer layer) {
    String activation = activation(node, layer);
    List<String> inputs = new ArrayList<>(node.inputs());
    float[] scales = weight(layer);
    for (int i = 0; i < inputs.size(); i++) {
      String input = inputs.get(i);
      if (input.equals(layer.weight())) {
        inputs.set(i, layer.weight() + "/dequantised");
      } else if (i == 2 && isBias(node, input)) {
        inputs.set(i, bias(node, input, activation, scales));
      } else {
        inputs.set(i, standIns.getOrDefault(input, input));
      }
    }
    return withInputs(node, inputs);
  }

  /** Quantises a weight once, whoever else uses it, and gives the scales. */
  private float[] weight(Layer layer) {
    String name = layer.weight();
    float[] known = weightScales.get(name);
    if (known != null) {
      return known;
    }
    Tensor weight = model.tensor(name);
    boolean whole = layer.outputAxis() < 0 || isBoundAsAWhole(name);
    int channels = whole ? 1 : layer.outputs();
    int inner = 1;
    for (int axis = layer.outputAxis() + 1; axis < layer.shape().rank(); axis++) {
      inner *= (int) layer.shape().dim(axis);
    }
    float[] values = weight.toFloatArray();
    float[] scales = new float[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % channels;
      scales[channel] = Math.max(scales[channel], Math.abs(values[i]) / MOST_WEIGHT);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(values.length);
    for (int i = 0; i < values.length; i++) {
      float scale = scales[i / inner % channels];
      bytes.put((byte) (scale == 0 ? 0 : Math.rint(values[i] / scale)));
    }
    for (int c = 0; c < channels; c++) {
      scales[c] = scales[c] == 0 ? 1 : scales[c];
    }
    add(Tensor.of(name, DataType.INT8, weight.shape(), bytes.flip()));
    Shape shape = whole ? Shape.of() : Shape.of(channels);
    String scale = add(Tensor.ofFloats(name + "/scale", shape, scales));
    String zero =
        add(Tensor.of(name + "/zero", DataType.INT8, shape, ByteBuffer.allocateDirect(channels)));
    nodes.add(
        node(
            name + "/dequantised",
            "DequantizeLinear",
            axis(whole, layer.outputAxis()),
            name,
            scale,
            zero));
    weightScales.put(name, scales);
    return scales;
  }

  private static Map<String, Attribute> axis(boolean whole, int axis) {
    return whole ? Map.of() : Map.of("axis", new Attribute.Int(axis));
  }

  private boolean isBoundAsAWhole(String tensor) {
    Codebook codebook = model.codebooks().get(tensor);
    return codebook != null && codebook.channelAxis().isEmpty();
  }

  /** Whether a bias can be an int32: a float tensor that one layer adds, and nothing else uses. */
  private boolean isBias(Node node, String name) {
    Tensor bias = model.tensors().get(name);
    long users = model.graph().nodes().stream().filter(n -> n.inputs().contains(name)).count();
    return bias != null
        && bias.type() == DataType.FLOAT
        && bias.shape().rank() == 1
        && users == 1
        && node.realAttribute("alpha", 1) == 1
        && node.realAttribute("beta", 1) == 1
        && ranges.containsKey(node.inputs().get(0));
  }

  private String bias(Node node, String name, String activation, float[] weightScales) {
    Range range = ranges.get(activation);
    float input = range == null ? 1 : range.scale();
    float[] values = model.tensor(name).toFloatArray();
    float[] scales = new float[weightScales.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = weightScales[c] * input;
    }
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      bytes.putInt((int) Math.rint(values[i] / (double) scales[i % scales.length]));
    }
    boolean whole = scales.length == 1;
    Shape shape = whole ? Shape.of() : Shape.of(scales.length);
    add(Tensor.of(name, DataType.INT32, model.tensor(name).shape(), bytes.flip()));
    String scale = add(Tensor.ofFloats(name + "/scale", shape, scales));
    nodes.add(node(name + "/dequantised", "DequantizeLinear", axis(whole, 0), name, scale));
    return name + "/dequantised";
  }
}
