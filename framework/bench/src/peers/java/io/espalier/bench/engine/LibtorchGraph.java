package io.espalier.bench.engine;

import io.espalier.api.DataType;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Node;
import java.nio.LongBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A model in libtorch: its trained tensors are parameters, its nodes are run in order, in place
 * where a rectifier is all that a value goes into, as PyTorch's own networks are written. A mask
 * multiplies its parameter wherever that is used, so that what is masked is zero and gets no
 * gradient, as PyTorch's own {@code torch.nn.utils.prune} does it.
 */
final class LibtorchGraph {
  private static final float EPSILON = 1e-5f;
  private static final float MOMENTUM = 0.9f;

  private final Model model;
  private final ScalarType precision;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> statistics = new HashMap<>();
  private final Map<String, Tensor> masks = new HashMap<>();

  /** Copies the model's float tensors. What is made here is freed with the caller's scope. */
  LibtorchGraph(Model model) {
    this(model, ScalarType.Float);
  }

  /**
   * Copies the model's float tensors. What is made here is freed with the caller's scope.
   *
   * @param precision that it computes in
   */
  LibtorchGraph(Model model, ScalarType precision) {
    this.model = model;
    this.precision = precision;
    for (Node node : model.graph().nodes()) {
      int trained = trained(node);
      for (int i = 0; i < node.inputs().size(); i++) {
        io.espalier.api.Tensor tensor = model.tensors().get(node.inputs().get(i));
        if (tensor != null && tensor.type() == DataType.FLOAT) {
          keep(tensor, i <= trained && tensor.shape().rank() > 0);
        }
      }
    }
    for (Mask mask : model.masks().values()) {
      float[] alive = new float[mask.size()];
      for (int i = 0; i < alive.length; i++) {
        alive[i] = mask.keeps(i) ? 1 : 0;
      }
      masks.put(mask.tensor(), Tensor.create(alive, mask.shape().toArray()).to(precision));
    }
  }

  private void keep(io.espalier.api.Tensor tensor, boolean trained) {
    if (parameters.containsKey(tensor.name()) || statistics.containsKey(tensor.name())) {
      return;
    }
    Tensor copy = Tensor.create(tensor.toFloatArray(), tensor.shape().toArray()).to(precision);
    if (trained) {
      copy.set_requires_grad(true);
      parameters.put(tensor.name(), copy);
    } else {
      statistics.put(tensor.name(), copy);
    }
  }

  /** The last input of a node that is trained. */
  private static int trained(Node node) {
    return switch (node.type()) {
      case "BatchNormalization", "Conv", "Gemm", "LayerNormalization" -> 2;
      case "Add", "MatMul" -> 1;
      default -> 0;
    };
  }

  /** What is trained, by name. */
  Map<String, Tensor> trained() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Running statistics and constants, by name. */
  Map<String, Tensor> others() {
    return Collections.unmodifiableMap(statistics);
  }

  TensorVector parameters() {
    return new TensorVector(parameters.values().toArray(new Tensor[0]));
  }

  /**
   * Runs the graph in training mode.
   *
   * @param samples batch x sample
   * @return the first output, batch x classes
   */
  Tensor logits(Tensor samples) {
    return logits(samples, (rectifier, input) -> input);
  }

  /**
   * Runs the graph in training mode.
   *
   * @param samples batch x sample
   * @param before gives what each rectifier gets instead of its input
   * @return the first output, batch x classes
   */
  Tensor logits(Tensor samples, BiFunction<Node, Tensor, Tensor> before) {
    Map<String, Tensor> values = new HashMap<>(parameters);
    values.putAll(statistics);
    masks.forEach((name, alive) -> values.computeIfPresent(name, (n, weight) -> weight.mul(alive)));
    values.put(model.graph().inputs().get(0).name(), samples);
    for (Node node : model.graph().nodes()) {
      if (node.type().equals("Relu") || node.type().equals("Clip")) {
        values.computeIfPresent(node.inputs().get(0), (name, input) -> before.apply(node, input));
      }
      values.put(node.outputs().get(0), run(node, values));
    }
    return value(values, model.graph().outputs().get(0).name());
  }

  private Tensor run(Node node, Map<String, Tensor> values) {
    Tensor input = value(values, node.inputs().get(0));
    return switch (node.type()) {
      case "Add" -> torch.add(input, value(values, node.inputs().get(1)));
      case "BatchNormalization" -> normalisation(node, input, values);
      case "Clip" -> clip(node, input);
      case "Conv" -> convolution(node, input, values);
      case "Div" -> torch.div(input, value(values, node.inputs().get(1)));
      case "Erf" -> torch.erf(input);
      case "Flatten" -> torch.flatten(input, node.intAttribute("axis", 1), -1);
      case "Gemm" -> dense(node, input, values);
      case "GlobalAveragePool" -> torch.adaptive_avg_pool2d(input, 1, 1);
      case "LayerNormalization" -> layerNormalisation(node, input, values);
      case "MatMul" -> torch.matmul(input, value(values, node.inputs().get(1)));
      case "MaxPool" ->
          torch.max_pool2d(
              input,
              ints(node, "kernel_shape", 1),
              ints(node, "strides", 1),
              padding(node),
              ints(node, "dilations", 1),
              node.intAttribute("ceil_mode", 0) == 1);
      case "Mul" -> torch.mul(input, value(values, node.inputs().get(1)));
      case "ReduceMean" ->
          torch.mean(
              input,
              longs(node.intsAttribute("axes", List.of())),
              node.intAttribute("keepdims", 1) == 1,
              new ScalarTypeOptional());
      case "Reshape" -> reshape(node, input);
      case "Softmax" -> torch.softmax(input, node.intAttribute("axis", -1));
      case "Transpose" -> input.permute(longs(node.intsAttribute("perm", List.of())));
      case "Relu" -> sole(node) ? torch.relu_(input) : torch.relu(input);
      default -> throw unknown(node, "operator " + node.type());
    };
  }

  /** Whether a node's first input goes into nothing else. */
  private boolean sole(Node node) {
    String value = node.inputs().get(0);
    return model.graph().nodes().stream()
            .flatMap(other -> other.inputs().stream())
            .filter(value::equals)
            .count()
        == 1;
  }

  private Tensor clip(Node node, Tensor input) {
    Scalar least = new Scalar(model.tensor(node.inputs().get(1)).floats().get(0));
    Scalar most = new Scalar(model.tensor(node.inputs().get(2)).floats().get(0));
    return sole(node) ? torch.hardtanh_(input, least, most) : torch.hardtanh(input, least, most);
  }

  private static Tensor normalisation(Node node, Tensor input, Map<String, Tensor> values) {
    return torch.batch_norm(
        input,
        new TensorOptional(value(values, node.inputs().get(1))),
        new TensorOptional(value(values, node.inputs().get(2))),
        new TensorOptional(value(values, node.inputs().get(3))),
        new TensorOptional(value(values, node.inputs().get(4))),
        true,
        1 - node.realAttribute("momentum", MOMENTUM),
        node.realAttribute("epsilon", EPSILON),
        false);
  }

  private static Tensor layerNormalisation(Node node, Tensor input, Map<String, Tensor> values) {
    Tensor scale = value(values, node.inputs().get(1));
    return torch.layer_norm(
        input,
        scale.shape(),
        new TensorOptional(scale),
        new TensorOptional(value(values, node.inputs().get(2))),
        node.realAttribute("epsilon", EPSILON),
        false);
  }

  /** Zero stands for the axis as it is. */
  private Tensor reshape(Node node, Tensor input) {
    LongBuffer wanted = model.tensor(node.inputs().get(1)).longs();
    long[] shape = new long[wanted.remaining()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = wanted.get(axis) == 0 ? input.size(axis) : wanted.get(axis);
    }
    return input.reshape(shape);
  }

  private static Tensor convolution(Node node, Tensor input, Map<String, Tensor> values) {
    return torch.conv2d(
        input,
        value(values, node.inputs().get(1)),
        shift(node, values),
        ints(node, "strides", 1),
        padding(node),
        ints(node, "dilations", 1),
        node.intAttribute("group", 1));
  }

  private static Tensor dense(Node node, Tensor input, Map<String, Tensor> values) {
    if (node.intAttribute("transA", 0) != 0
        || node.intAttribute("transB", 0) != 1
        || node.realAttribute("alpha", 1) != 1
        || node.realAttribute("beta", 1) != 1) {
      throw unknown(node, "this kind of Gemm (known: transA 0, transB 1, alpha 1, beta 1)");
    }
    return torch.linear(input, value(values, node.inputs().get(1)), shift(node, values));
  }

  private static TensorOptional shift(Node node, Map<String, Tensor> values) {
    return node.inputs().size() > 2
        ? new TensorOptional(value(values, node.inputs().get(2)))
        : new TensorOptional();
  }

  /** libtorch pads both ends of an axis alike. */
  private static long[] padding(Node node) {
    long[] pads = longs(node.intsAttribute("pads", List.of(0L, 0L, 0L, 0L)));
    if (pads[0] != pads[2] || pads[1] != pads[3]) {
      throw unknown(node, "padding that differs between the ends of an axis");
    }
    return new long[] {pads[0], pads[1]};
  }

  private static long[] ints(Node node, String attribute, long absent) {
    return longs(node.intsAttribute(attribute, List.of(absent, absent)));
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static Tensor value(Map<String, Tensor> values, String name) {
    return Optional.ofNullable(values.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no value '" + name + "'"));
  }

  private static IllegalArgumentException unknown(Node node, String what) {
    return new IllegalArgumentException(
        "node '%s': the peer does not know %s".formatted(node.name(), what));
  }
}
