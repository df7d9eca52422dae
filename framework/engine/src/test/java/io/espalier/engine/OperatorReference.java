package io.espalier.engine;

import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

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
      case "Min" -> pairs(Math::min);
      case "Max" -> pairs(Math::max);
      case "PRelu" -> pairs((a, b) -> a < 0 ? a * b : a);
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

  private DoubleUnaryOperator scalar() {
    return switch (node.type()) {
      case "Abs" -> Math::abs;
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
      case "Pow" -> x -> Math.pow(x, input(1)[0]);
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

  /** Version of the operator set. */
  long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }
}
