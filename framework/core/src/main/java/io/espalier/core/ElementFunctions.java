package io.espalier.core;

import io.espalier.api.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Operators that compute each element by itself, as functions of its operands; NaN is unknown. */
final class ElementFunctions {
  /** A function of operands, with the node for its attributes. */
  @FunctionalInterface
  interface Function {
    double of(Node node, double[] x);
  }

  private static final double SELU_ALPHA = 1.67326319217681884765625;
  private static final double SELU_GAMMA = 1.05070102214813232421875;
  private static final Map<String, Function> ALL = new HashMap<>();

  static {
    ALL.put("Add", (n, x) -> x[0] + x[1]);
    ALL.put("Sub", (n, x) -> x[0] - x[1]);
    ALL.put("Mul", (n, x) -> x[0] == 0 || x[1] == 0 ? 0 : x[0] * x[1]);
    ALL.put("Div", (n, x) -> x[0] == 0 && x[1] != 0 ? 0 : x[0] / x[1]);
    ALL.put("Pow", (n, x) -> Math.pow(x[0], x[1]));
    ALL.put("PRelu", (n, x) -> x[0] >= 0 ? x[0] : x[0] * x[1]);
    ALL.put("Sum", (n, x) -> fold(x, 0, Double::sum));
    ALL.put("Mean", (n, x) -> fold(x, 0, Double::sum) / x.length);
    ALL.put("Max", (n, x) -> fold(x, x[0], Math::max));
    ALL.put("Min", (n, x) -> fold(x, x[0], Math::min));
    ALL.put("Where", (n, x) -> x[1] == x[2] ? x[1] : chosen(x));
    ALL.put("Equal", (n, x) -> truth(x[0] == x[1], x));
    ALL.put("Greater", (n, x) -> truth(x[0] > x[1], x));
    ALL.put("GreaterOrEqual", (n, x) -> truth(x[0] >= x[1], x));
    ALL.put("Less", (n, x) -> truth(x[0] < x[1], x));
    ALL.put("LessOrEqual", (n, x) -> truth(x[0] <= x[1], x));
    for (String unknown : Set.of("And", "Or", "Xor", "Not", "Mod")) {
      ALL.put(unknown, (n, x) -> Double.NaN);
    }
    unary();
  }

  private ElementFunctions() {}

  private static void unary() {
    ALL.put("Identity", (n, x) -> x[0]);
    ALL.put("Dropout", (n, x) -> x[0]);
    ALL.put("Cast", (n, x) -> x[0] == 0 || x[0] == 1 ? x[0] : Double.NaN);
    ALL.put("Relu", (n, x) -> Math.max(0, x[0]));
    ALL.put("LeakyRelu", (n, x) -> x[0] >= 0 ? x[0] : x[0] * n.realAttribute("alpha", 0.01f));
    ALL.put("ThresholdedRelu", (n, x) -> x[0] > n.realAttribute("alpha", 1) ? x[0] : 0 * x[0]);
    ALL.put("Clip", ElementFunctions::clip);
    ALL.put("Sigmoid", (n, x) -> 1 / (1 + Math.exp(-x[0])));
    ALL.put("Tanh", (n, x) -> Math.tanh(x[0]));
    ALL.put("Abs", (n, x) -> Math.abs(x[0]));
    ALL.put("Neg", (n, x) -> -x[0]);
    ALL.put("Exp", (n, x) -> Math.exp(x[0]));
    ALL.put("Log", (n, x) -> Math.log(x[0]));
    ALL.put("Sqrt", (n, x) -> Math.sqrt(x[0]));
    ALL.put("Reciprocal", (n, x) -> 1 / x[0]);
    ALL.put("Sin", (n, x) -> Math.sin(x[0]));
    ALL.put("Cos", (n, x) -> Math.cos(x[0]));
    ALL.put("Sign", (n, x) -> Math.signum(x[0]));
    ALL.put("Floor", (n, x) -> Math.floor(x[0]));
    ALL.put("Ceil", (n, x) -> Math.ceil(x[0]));
    ALL.put("Round", (n, x) -> Math.rint(x[0]));
    ALL.put("Erf", (n, x) -> erf(x[0]));
    ALL.put("Elu", (n, x) -> x[0] >= 0 ? x[0] : n.realAttribute("alpha", 1) * Math.expm1(x[0]));
    ALL.put("Celu", ElementFunctions::celu);
    ALL.put("Selu", ElementFunctions::selu);
    ALL.put("Gelu", ElementFunctions::gelu);
    ALL.put("HardSigmoid", ElementFunctions::hardSigmoid);
    ALL.put("HardSwish", (n, x) -> x[0] * Math.max(0, Math.min(1, x[0] / 6 + 0.5)));
    ALL.put("Mish", (n, x) -> x[0] * Math.tanh(Math.log1p(Math.exp(x[0]))));
    ALL.put("Swish", (n, x) -> x[0] / (1 + Math.exp(-n.realAttribute("alpha", 1) * x[0])));
    ALL.put("Softplus", (n, x) -> Math.log1p(Math.exp(x[0])));
    ALL.put("Softsign", (n, x) -> x[0] / (1 + Math.abs(x[0])));
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  static double of(Node node, double[] operands) {
    Function function = ALL.get(node.type());
    return function == null ? Double.NaN : function.of(node, operands);
  }

  private static double truth(boolean truth, double[] x) {
    return Double.isNaN(x[0]) || Double.isNaN(x[1]) ? Double.NaN : truth ? 1 : 0;
  }

  private static double chosen(double[] x) {
    return Double.isNaN(x[0]) ? Double.NaN : x[0] != 0 ? x[1] : x[2];
  }

  private static double fold(double[] x, double from, java.util.function.DoubleBinaryOperator f) {
    double result = from;
    for (double each : x) {
      result = f.applyAsDouble(result, each);
    }
    return result;
  }

  /** Bounds are attributes before operator set 11, then inputs. */
  private static double clip(Node n, double[] x) {
    boolean attributes = n.attributes().containsKey("min") || n.attributes().containsKey("max");
    double low =
        attributes
            ? n.realAttribute("min", Float.NEGATIVE_INFINITY)
            : x.length > 1 && !n.inputs().get(1).isEmpty() ? x[1] : Double.NEGATIVE_INFINITY;
    double high =
        attributes
            ? n.realAttribute("max", Float.POSITIVE_INFINITY)
            : x.length > 2 && !n.inputs().get(2).isEmpty() ? x[2] : Double.POSITIVE_INFINITY;
    return Math.min(high, Math.max(low, x[0]));
  }

  private static double celu(Node n, double[] x) {
    double alpha = n.realAttribute("alpha", 1);
    return Math.max(0, x[0]) + Math.min(0, alpha * Math.expm1(x[0] / alpha));
  }

  private static double selu(Node n, double[] x) {
    double alpha = n.realAttribute("alpha", (float) SELU_ALPHA);
    double gamma = n.realAttribute("gamma", (float) SELU_GAMMA);
    return gamma * (x[0] > 0 ? x[0] : alpha * Math.expm1(x[0]));
  }

  private static double gelu(Node n, double[] x) {
    boolean tanh = n.textAttribute("approximate", "none").equals("tanh");
    double share =
        tanh
            ? Math.tanh(Math.sqrt(2 / Math.PI) * (x[0] + 0.044715 * x[0] * x[0] * x[0]))
            : erf(x[0] / Math.sqrt(2));
    return 0.5 * x[0] * (1 + share);
  }

  private static double hardSigmoid(Node n, double[] x) {
    double alpha = n.realAttribute("alpha", 0.2f);
    double beta = n.realAttribute("beta", 0.5f);
    return Math.max(0, Math.min(1, alpha * x[0] + beta));
  }

  /**
   * The error function: its series near zero, the continued fraction of its complement elsewhere
   * (Abramowitz and Stegun 7.1.6 and 7.1.14).
   */
  static double erf(double x) {
    if (Double.isNaN(x) || x == 0) {
      return x;
    }
    double a = Math.abs(x);
    double result;
    if (a < 3) {
      double term = 2 * a / Math.sqrt(Math.PI) * Math.exp(-a * a);
      result = term;
      for (int n = 1; n < 200 && term > result * 1e-17; n++) {
        term *= 2 * a * a / (2 * n + 1);
        result += term;
      }
    } else {
      double tail = 0;
      for (int k = 60; k > 0; k--) {
        tail = k / 2.0 / (a + tail);
      }
      result = 1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + tail);
    }
    return Math.copySign(result, x);
  }
}
