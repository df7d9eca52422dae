package io.espalier.engine;

import io.espalier.api.DataType;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Operators without windows, as their definitions read, for one sample in double precision. */
final class OperatorReference {
  private final Node node;
  private final Model model;
  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values;

  OperatorReference(
      Node node, Model model, Map<String, Shape> shapes, Map<String, double[]> values) {
    this.node = node;
    this.model = model;
    this.shapes = shapes;
    this.values = values;
  }

  /** The first output. */
  double[] compute() {
    return switch (node.type()) {
      case "Sub" -> pairs((a, b) -> a - b);
      case "Mul" -> pairs((a, b) -> a * b);
      case "Div" -> pairs((a, b) -> a / b);
      case "Min" -> all(Math::min);
      case "Max" -> all(Math::max);
      case "Pow" -> pairs(Math::pow);
      case "Equal" -> pairs((a, b) -> a == b ? 1 : 0);
      case "Greater" -> pairs((a, b) -> a > b ? 1 : 0);
      case "GreaterOrEqual" -> pairs((a, b) -> a >= b ? 1 : 0);
      case "Less" -> pairs((a, b) -> a < b ? 1 : 0);
      case "LessOrEqual" -> pairs((a, b) -> a <= b ? 1 : 0);
      case "And" -> pairs((a, b) -> a * b);
      case "Or" -> pairs(Math::max);
      case "Xor" -> pairs((a, b) -> a + b == 1 ? 1 : 0);
      case "Sum" -> all(Double::sum);
      case "Mean" -> Arrays.stream(all(Double::sum)).map(v -> v / node.inputs().size()).toArray();
      case "Expand", "Where", "Gather", "LRN", "Resize", "Upsample" ->
          new SelectionReference(node, model, shapes, values).compute();
      case "PRelu" -> pairs((a, b) -> a < 0 ? a * b : a);
      case "Cast" ->
          node.intAttribute("to", 0) == DataType.BOOL.code()
              ? Arrays.stream(input(0)).map(x -> x == 0 ? 0 : 1).toArray()
              : input(0);
      case "Flatten", "Squeeze", "Unsqueeze" -> input(0);
      case "Dropout" -> passed();
      case "Softmax", "LogSoftmax" -> softmax();
      case "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceSumSquare",
          "GlobalMaxPool" ->
          reduce();
      case "LayerNormalization", "InstanceNormalization", "GroupNormalization" -> normalise();
      case "Concat", "Split", "Slice", "Pad", "Transpose", "DepthToSpace", "SpaceToDepth", "Tile" ->
          new ArrangementReference(node, model, shapes, values).compute();
      default -> Arrays.stream(input(0)).map(scalar()).toArray();
    };
  }

  private double[] input(int index) {
    String name = node.inputs().get(index);
    return Objects.requireNonNull(values.get(name), name);
  }

  private Shape inputShape(int index) {
    String name = node.inputs().get(index);
    return Objects.requireNonNull(shapes.get(name), name);
  }

  private Shape outputShape() {
    return Objects.requireNonNull(shapes.get(node.outputs().get(0)));
  }

  private double[] pairs(DoubleBinaryOperator function) {
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] index = Indexes.of(outputShape(), i);
      y[i] =
          function.applyAsDouble(
              input(0)[Indexes.broadcast(inputShape(0), index)],
              input(1)[Indexes.broadcast(inputShape(1), index)]);
    }
    return y;
  }

  /** All operands, one after the other. */
  private double[] all(DoubleBinaryOperator function) {
    double[] y = new double[(int) outputShape().size()];
    for (int i = 0; i < y.length; i++) {
      int[] index = Indexes.of(outputShape(), i);
      y[i] = input(0)[Indexes.broadcast(inputShape(0), index)];
      for (int k = 1; k < node.inputs().size(); k++) {
        double next = input(k)[Indexes.broadcast(inputShape(k), index)];
        y[i] = function.applyAsDouble(y[i], next);
      }
    }
    return y;
  }

  private DoubleUnaryOperator scalar() {
    return switch (node.type()) {
      case "Abs" -> Math::abs;
      case "Acos" -> Math::acos;
      case "Acosh" -> x -> Math.log(x + Math.sqrt(x * x - 1));
      case "Asin" -> Math::asin;
      case "Asinh" -> x -> Math.log(x + Math.sqrt(x * x + 1));
      case "Atan" -> Math::atan;
      case "Atanh" -> x -> Math.log((1 + x) / (1 - x)) / 2;
      case "Ceil" -> Math::ceil;
      case "Celu" ->
          x -> Math.max(0, x) + Math.min(0, real("alpha", 1) * Math.expm1(x / real("alpha", 1)));
      case "Cos" -> Math::cos;
      case "Cosh" -> Math::cosh;
      case "Floor" -> Math::floor;
      case "Not" -> x -> 1 - x;
      case "Round" -> Math::rint;
      case "Shrink" ->
          x -> Math.abs(x) > real("lambd", 0.5) ? x - Math.signum(x) * real("bias", 0) : 0;
      case "Sign" -> Math::signum;
      case "Sin" -> Math::sin;
      case "Sinh" -> Math::sinh;
      case "Tan" -> Math::tan;
      case "ThresholdedRelu" -> x -> x > real("alpha", 1) ? x : 0;
      case "Clip" -> x -> Math.max(bound("min", 1, -1e30), Math.min(bound("max", 2, 1e30), x));
      case "Elu" -> x -> x < 0 ? real("alpha", 1) * (Math.exp(x) - 1) : x;
      case "Erf" -> OperatorReference::erf;
      case "Exp" -> Math::exp;
      case "Gelu" ->
          node.textAttribute("approximate", "none").equals("none")
              ? x -> x / 2 * (1 + erf(x / Math.sqrt(2)))
              : x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case "HardSigmoid" ->
          x -> Math.max(0, Math.min(1, real("alpha", 0.2) * x + real("beta", 0.5)));
      case "HardSwish" -> x -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
      case "LeakyRelu" -> x -> x < 0 ? real("alpha", 0.01) * x : x;
      case "Log" -> Math::log;
      case "Mish" -> x -> x * Math.tanh(Math.log(1 + Math.exp(x)));
      case "Neg" -> x -> -x;
      case "Reciprocal" -> x -> 1 / x;
      case "Selu" -> x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1));
      case "Sigmoid" -> x -> 1 / (1 + Math.exp(-x));
      case "Softplus" -> x -> Math.log(1 + Math.exp(x));
      case "Softsign" -> x -> x / (1 + Math.abs(x));
      case "Sqrt" -> Math::sqrt;
      case "Tanh" -> Math::tanh;
      default -> throw new IllegalArgumentException(node.type());
    };
  }

  private double real(String attribute, double absent) {
    return node.attributes().containsKey(attribute) ? node.realAttribute(attribute, 0) : absent;
  }

  private double bound(String attribute, int index, double absent) {
    boolean given = node.inputs().size() > index && !node.inputs().get(index).isEmpty();
    return given ? input(index)[0] : real(attribute, absent);
  }

  /** Simpson's rule for the integral that defines the error function. */
  private static double erf(double x) {
    int steps = 2000;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-i * h * i * h);
    }
    return 2 / Math.sqrt(Math.PI) * h / 3 * sum;
  }

  private long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }

  /** Whether two elements of the input lie at the same place along all but some axes. */
  private boolean neighbours(int one, int other, IntPredicate free) {
    int[] a = Indexes.of(inputShape(0), one);
    int[] b = Indexes.of(inputShape(0), other);
    return IntStream.range(0, a.length).allMatch(axis -> free.test(axis) || a[axis] == b[axis]);
  }

  private double[] softmax() {
    boolean single = opset() >= 13;
    int named = (int) node.intAttribute("axis", single ? -1 : 1);
    int axis = named < 0 ? named + inputShape(0).rank() : named;
    double[] x = input(0);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double sum = 0;
      for (int j = 0; j < x.length; j++) {
        if (neighbours(i, j, a -> single ? a == axis : a >= axis)) {
          sum += Math.exp(x[j]);
        }
      }
      double log = x[i] - Math.log(sum);
      y[i] = node.type().equals("Softmax") ? Math.exp(log) : log;
    }
    return y;
  }

  private double[] reduce() {
    Shape in = inputShape(0);
    long[] kept = in.toArray();
    if (node.type().equals("GlobalMaxPool")) {
      Arrays.fill(kept, 2, kept.length, 1);
    } else {
      List<Long> axes =
          node.inputs().size() > 1
              ? Indexes.longs(model, node.inputs().get(1))
              : node.intsAttribute("axes", List.of());
      axes.forEach(axis -> kept[(int) (axis < 0 ? axis + in.rank() : axis)] = 1);
    }
    Shape result = Shape.of(kept);
    List<List<Double>> parts = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < in.size(); i++) {
      parts.get(Indexes.broadcast(result, Indexes.of(in, i))).add(input(0)[i]);
    }
    return parts.stream()
        .map(part -> part.stream().mapToDouble(v -> v))
        .mapToDouble(
            part ->
                switch (node.type()) {
                  case "ReduceSum" -> part.sum();
                  case "ReduceL1" -> part.map(Math::abs).sum();
                  case "ReduceL2" -> Math.sqrt(part.map(v -> v * v).sum());
                  case "ReduceLogSum" -> Math.log(part.sum());
                  case "ReduceLogSumExp" -> Math.log(part.map(Math::exp).sum());
                  case "ReduceSumSquare" -> part.map(v -> v * v).sum();
                  case "ReduceMean" -> part.average().orElseThrow();
                  case "ReduceMin" -> part.min().orElseThrow();
                  default -> part.max().orElseThrow();
                })
        .toArray();
  }

  private double[] normalise() {
    Shape in = inputShape(0);
    double[] x = input(0);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      List<Double> group = new ArrayList<>();
      for (int j = 0; j < x.length; j++) {
        if (sameGroup(i, j)) {
          group.add(x[j]);
        }
      }
      double mean = group.stream().mapToDouble(v -> v).average().orElseThrow();
      double variance =
          group.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
      putStatistics(i, mean, variance);
      double normal = (x[i] - mean) / Math.sqrt(variance + real("epsilon", 1e-5));
      int[] index = Indexes.of(in, i);
      double shift = node.inputs().size() > 2 ? input(2)[scaleOf(2, index)] : 0;
      y[i] = normal * input(1)[scaleOf(1, index)] + shift;
    }
    return y;
  }

  /** What passes a Dropout of ratio 0, and its mask. */
  private double[] passed() {
    double[] mask = new double[input(0).length];
    Arrays.fill(mask, 1);
    values.put(node.outputs().get(1), mask);
    return input(0);
  }

  /** Mean and factor of each group of a LayerNormalization. */
  private void putStatistics(int element, double mean, double variance) {
    for (int i = 1; i < node.outputs().size(); i++) {
      Shape shape = Objects.requireNonNull(shapes.get(node.outputs().get(i)));
      double[] all =
          values.computeIfAbsent(node.outputs().get(i), name -> new double[(int) shape.size()]);
      int at = Indexes.broadcast(shape, Indexes.of(inputShape(0), element));
      all[at] = i == 1 ? mean : 1 / Math.sqrt(variance + real("epsilon", 1e-5));
    }
  }

  private int channelsPerGroup() {
    return (int) (inputShape(0).dim(1) / node.intAttribute("num_groups", inputShape(0).dim(1)));
  }

  private boolean sameGroup(int i, int j) {
    if (node.type().equals("LayerNormalization")) {
      int axis = (int) node.intAttribute("axis", -1);
      int first = axis < 0 ? axis + inputShape(0).rank() : axis;
      return neighbours(i, j, a -> a >= first);
    }
    int one = Indexes.of(inputShape(0), i)[1];
    int other = Indexes.of(inputShape(0), j)[1];
    return one / channelsPerGroup() == other / channelsPerGroup();
  }

  private int scaleOf(int input, int[] index) {
    if (node.type().equals("LayerNormalization")) {
      return Indexes.broadcast(inputShape(input), index);
    }
    boolean byGroup = node.type().equals("GroupNormalization") && opset() < 21;
    return byGroup ? index[1] / channelsPerGroup() : index[1];
  }
}
