package io.espalier.engine;

import io.espalier.api.Attribute;
import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.core.Shapes;
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
    this.shapes = Shapes.infer(model, 1);
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
    for (Node node : model.graph().nodes()) {
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
    for (Node node : model.graph().nodes()) {
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
    double[] x = value(values, node.inputs().get(0));
    return switch (node.type()) {
      case "Conv" -> conv(node, values);
      case "Relu" -> Arrays.stream(x).map(v -> Math.max(v, 0)).toArray();
      case "MaxPool", "AveragePool", "GlobalAveragePool" -> pool(node, x);
      case "Gemm", "MatMul" -> product(node, values);
      case "Add" -> sum(node, values);
      case "Flatten", "Reshape", "Identity" -> x;
      default -> new OperatorReference(node, model, shapes, values).compute();
    };
  }

  private Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  private static int at(Node node, String attribute, int index, int absent) {
    return node.attributes().get(attribute) instanceof Attribute.Ints ints
        ? ints.values().get(index).intValue()
        : absent;
  }

  /** Rows or columns of padding before the image along an axis. */
  private int padding(Node node, int axis, int kernel) {
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (!auto.startsWith("SAME")) {
      return at(node, "pads", axis, 0);
    }
    int stride = at(node, "strides", axis, 1);
    int dilation = at(node, "dilations", axis, 1);
    int in = (int) shape(node.inputs().get(0)).dim(axis + 2);
    int out = (in + stride - 1) / stride;
    int total = Math.max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - in);
    return auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
  }

  private double[] conv(Node node, Map<String, double[]> values) {
    double[] x = value(values, node.inputs().get(0));
    double[] w = value(values, node.inputs().get(1));
    Shape in = shape(node.inputs().get(0));
    Shape out = shape(node.outputs().get(0));
    Shape kernel = shape(node.inputs().get(1));
    int groups = (int) node.intAttribute("group", 1);
    int[] k = {(int) kernel.dim(2), (int) kernel.dim(3)};
    int channels = (int) kernel.dim(1);
    int outs = (int) out.dim(1);
    double[] y = new double[(int) out.size()];
    for (int o = 0, i = 0; o < outs; o++) {
      for (int oy = 0; oy < out.dim(2); oy++) {
        for (int ox = 0; ox < out.dim(3); ox++, i++) {
          y[i] = node.inputs().size() > 2 ? value(values, node.inputs().get(2))[o] : 0;
          for (int c = 0; c < channels; c++) {
            int from = o / (outs / groups) * channels + c;
            for (int t = 0; t < k[0] * k[1]; t++) {
              int at = position(node, in, oy, ox, t, k);
              if (at >= 0) {
                double weight = w[(o * channels + c) * k[0] * k[1] + t];
                y[i] += weight * x[from * (int) (in.dim(2) * in.dim(3)) + at];
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** Position in its channel that a tap of the window of an output sees; -1 in the padding. */
  private int position(Node node, Shape in, int oy, int ox, int tap, int[] k) {
    int h =
        oy * at(node, "strides", 0, 1)
            + tap / k[1] * at(node, "dilations", 0, 1)
            - padding(node, 0, k[0]);
    int w =
        ox * at(node, "strides", 1, 1)
            + tap % k[1] * at(node, "dilations", 1, 1)
            - padding(node, 1, k[1]);
    boolean inside = h >= 0 && h < in.dim(2) && w >= 0 && w < in.dim(3);
    return inside ? h * (int) in.dim(3) + w : -1;
  }

  private double[] pool(Node node, double[] x) {
    Shape in = shape(node.inputs().get(0));
    Shape out = shape(node.outputs().get(0));
    int[] k = {
      at(node, "kernel_shape", 0, (int) in.dim(2)), at(node, "kernel_shape", 1, (int) in.dim(3))
    };
    double[] y = new double[(int) out.size()];
    for (int c = 0, i = 0; c < in.dim(1); c++) {
      for (int oy = 0; oy < out.dim(2); oy++) {
        for (int ox = 0; ox < out.dim(3); ox++, i++) {
          double best = Double.NEGATIVE_INFINITY;
          double sum = 0;
          int seen = 0;
          for (int t = 0; t < k[0] * k[1]; t++) {
            int at = position(node, in, oy, ox, t, k);
            if (at >= 0) {
              double value = x[c * (int) (in.dim(2) * in.dim(3)) + at];
              best = Math.max(best, value);
              sum += value;
              seen++;
            }
          }
          int count = node.intAttribute("count_include_pad", 0) != 0 ? k[0] * k[1] : seen;
          y[i] = node.type().equals("MaxPool") ? best : sum / count;
        }
      }
    }
    return y;
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
