package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.core.Inference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The operators as their definitions read, in double precision, slow and without any code of the
 * engine: what the engine's results and gradients are compared with.
 */
final class Reference {
  private final Model model;
  private final Map<String, Shape> shapes;
  private final List<Node> nodes;
  private final Map<String, double[]> tensors = new HashMap<>();
  private final boolean training;

  Reference(Model model) {
    this(model, true);
  }

  /**
   * @param training whether normalisations take the batch's statistics, not the running ones
   */
  Reference(Model model, boolean training) {
    this.model = model;
    this.training = training;
    Inference inference = Inference.of(model, 1);
    this.shapes = inference.shapes();
    this.nodes =
        model.graph().nodes().stream()
            .filter(
                node ->
                    node.type().equals("Transpose")
                        || !inference.constants().containsKey(node.outputs().get(0)))
            .toList();
    inference.constants().values().stream()
        .filter(t -> t.type() == DataType.FLOAT)
        .forEach(t -> tensors.put(t.name(), doubles(t.toFloatArray())));
    model.tensors().values().stream()
        .filter(t -> t.type() == DataType.FLOAT)
        .forEach(t -> tensors.put(t.name(), doubles(t.toFloatArray())));
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private static double[] value(Map<String, double[]> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Live values of a tensor: changes take effect. */
  double[] tensor(String name) {
    return value(tensors, name);
  }

  /** Mean softmax cross-entropy over all samples, which are one batch. */
  double loss(ArrayData data) {
    List<double[]> logits = logits(data);
    double sum = 0;
    for (int s = 0; s < data.size(); s++) {
      double[] z = logits.get(s);
      double exps = 0;
      for (double logit : z) {
        exps += Math.exp(logit);
      }
      sum += Math.log(exps) - z[data.label(s)];
    }
    return sum / data.size();
  }

  /** The first output for one sample. */
  double[] logits(ArrayData data, int index) {
    float[] sample = new float[(int) data.sample().size()];
    data.read(index, sample, 0);
    Map<String, double[]> values = new HashMap<>(tensors);
    values.put(model.graph().inputs().get(0).name(), doubles(sample));
    for (Node node : nodes) {
      values.put(node.outputs().get(0), compute(node, values));
    }
    return value(values, model.graph().outputs().get(0).name());
  }

  /** The first output for each sample of a batch. */
  private List<double[]> logits(ArrayData data) {
    List<Map<String, double[]>> samples = new ArrayList<>();
    for (int s = 0; s < data.size(); s++) {
      float[] sample = new float[(int) data.sample().size()];
      data.read(s, sample, 0);
      Map<String, double[]> values = new HashMap<>(tensors);
      values.put(model.graph().inputs().get(0).name(), doubles(sample));
      samples.add(values);
    }
    for (Node node : nodes) {
      if (node.type().equals("BatchNormalization")) {
        normalise(node, samples);
      } else {
        samples.forEach(values -> values.put(node.outputs().get(0), compute(node, values)));
      }
    }
    String output = model.graph().outputs().get(0).name();
    return samples.stream().map(values -> value(values, output)).toList();
  }

  private void normalise(Node node, List<Map<String, double[]>> samples) {
    List<double[]> inputs =
        samples.stream().map(values -> value(values, node.inputs().get(0))).toList();
    double[] scale = tensor(node.inputs().get(1));
    double[] bias = tensor(node.inputs().get(2));
    int area = inputs.get(0).length / scale.length;
    samples.forEach(values -> values.put(node.outputs().get(0), new double[scale.length * area]));
    for (int c = 0; c < scale.length; c++) {
      int from = c * area;
      double mean =
          training
              ? inputs.stream()
                  .flatMapToDouble(x -> Arrays.stream(x, from, from + area))
                  .average()
                  .orElseThrow()
              : tensor(node.inputs().get(3))[c];
      double variance =
          training
              ? inputs.stream()
                  .flatMapToDouble(x -> Arrays.stream(x, from, from + area))
                  .map(x -> (x - mean) * (x - mean))
                  .average()
                  .orElseThrow()
              : tensor(node.inputs().get(4))[c];
      double deviation = Math.sqrt(variance + node.realAttribute("epsilon", 1e-5f));
      for (int s = 0; s < inputs.size(); s++) {
        double[] y = value(samples.get(s), node.outputs().get(0));
        for (int i = from; i < from + area; i++) {
          y[i] = (inputs.get(s)[i] - mean) / deviation * scale[c] + bias[c];
        }
      }
    }
  }

  private double[] compute(Node node, Map<String, double[]> values) {
    return switch (node.type()) {
      case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool" ->
          new WindowReference(node, shapes, values).compute();
      case "Gemm", "MatMul" -> product(node, values);
      case "Add" -> sum(node, values);
      case "Flatten", "Reshape", "Identity" -> value(values, node.inputs().get(0));
      case "Relu" ->
          Arrays.stream(value(values, node.inputs().get(0))).map(v -> Math.max(v, 0)).toArray();
      default -> new OperatorReference(node, model, shapes, values).compute();
    };
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private double[] product(Node node, Map<String, double[]> values) {
    double[] x = value(values, node.inputs().get(0));
    double[] w = value(values, node.inputs().get(1));
    if (node.type().equals("MatMul")) {
      return new ProductReference(node, shapes, values).compute();
    }
    boolean transposed = node.intAttribute("transB", 0) != 0;
    int ins = x.length;
    int outs = w.length / ins;
    double[] y = new double[outs];
    for (int o = 0; o < outs; o++) {
      for (int i = 0; i < ins; i++) {
        y[o] += node.realAttribute("alpha", 1) * x[i] * w[transposed ? o * ins + i : i * outs + o];
      }
      if (node.inputs().size() > 2) {
        double[] c = value(values, node.inputs().get(2));
        y[o] += node.realAttribute("beta", 1) * c[c.length == 1 ? 0 : o];
      }
    }
    return y;
  }

  private double[] sum(Node node, Map<String, double[]> values) {
    Shape out = shape(node.outputs().get(0));
    double[] y = new double[(int) out.size()];
    for (String input : node.inputs()) {
      List<Long> dims = shape(input).dims();
      double[] x = value(values, input);
      for (int i = 0; i < y.length; i++) {
        int rest = i;
        int step = 1;
        int position = 0;
        for (int axis = 1; axis <= dims.size(); axis++) {
          int extent = (int) out.dim(out.rank() - axis);
          int own = dims.get(dims.size() - axis).intValue();
          position += own == 1 ? 0 : rest % extent * step;
          rest /= extent;
          step *= own;
        }
        y[i] += x[position];
      }
    }
    return y;
  }
}
