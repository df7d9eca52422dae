package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Tensor;
import io.espalier.core.Numbers;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The functions of one element, as ONNX defines them, by operator: value and derivative. At a kink
 * the derivative is that of the flatter side, so that Clip from 0 on trains as Relu does.
 */
final class Activations {
  private static final Map<String, BiFunction<Node, Binder, ScalarFunction>> ALL = new TreeMap<>();

  /** Of the standard normal distribution. */
  private static final double PEAK = 1 / Math.sqrt(2 * Math.PI);

  private static final double ROOT_2 = Math.sqrt(2);
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;
  private static final double NEARLY_LINEAR = 1e-3;

  /** Defaults of Selu, as the operator set gives them. */
  private static final float SELU_ALPHA = 1.67326319217681884765625f;

  private static final float SELU_GAMMA = 1.05070102214813232421875f;

  static {
    steps("Cast", x -> x == 0 ? 0 : 1);
    steps("Ceil", Math::ceil);
    steps("Floor", Math::floor);
    steps("Not", x -> x == 0 ? 1 : 0);
    steps("Round", Math::rint);
    steps("Sign", Math::signum);
    put("Abs", Math::abs, (x, y) -> Math.signum(x));
    put("Acos", Math::acos, (x, y) -> -1 / Math.sqrt(1 - x * x));
    put("Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)), (x, y) -> 1 / Math.sqrt(x * x - 1));
    put("Asin", Math::asin, (x, y) -> 1 / Math.sqrt(1 - x * x));
    put("Asinh", Activations::asinh, (x, y) -> 1 / Math.sqrt(x * x + 1));
    put("Atan", Math::atan, (x, y) -> 1 / (1 + x * x));
    put("Atanh", x -> (Math.log1p(x) - Math.log1p(-x)) / 2, (x, y) -> 1 / (1 - x * x));
    put("Cos", Math::cos, (x, y) -> -Math.sin(x));
    put("Cosh", Math::cosh, (x, y) -> Math.sinh(x));
    put("Erf", ErrorFunction::at, (x, y) -> ErrorFunction.slope(x));
    put("Exp", Math::exp, (x, y) -> y);
    put("HardSwish", x -> x * unit(x / 6 + 0.5), Activations::hardSwishSlope);
    put("Log", Math::log, (x, y) -> 1 / x);
    put("Mish", x -> x * tanh(softplus(x)), Activations::mishSlope);
    put("Neg", x -> -x, (x, y) -> -1);
    put("Reciprocal", x -> 1 / x, (x, y) -> -y * y);
    put("Sigmoid", Activations::sigmoid, (x, y) -> y * (1 - y));
    put("Sin", Math::sin, (x, y) -> Math.cos(x));
    put("Sinh", Math::sinh, (x, y) -> Math.cosh(x));
    put("Softplus", Activations::softplus, (x, y) -> sigmoid(x));
    put("Softsign", x -> x / (1 + Math.abs(x)), (x, y) -> 1 / square(1 + Math.abs(x)));
    put("Sqrt", Math::sqrt, (x, y) -> 0.5 / y);
    put("Tan", Math::tan, (x, y) -> 1 + y * y);
    put("Tanh", Activations::tanh, (x, y) -> 1 - y * y);
    ALL.put("Celu", (node, binder) -> celu(node.realAttribute("alpha", 1)));
    ALL.put("Clip", Activations::clip);
    ALL.put("Elu", (node, binder) -> elu(node.realAttribute("alpha", 1), 1));
    ALL.put("Gelu", (node, binder) -> gelu(node));
    ALL.put("HardSigmoid", (node, binder) -> hardSigmoid(node));
    ALL.put("LeakyRelu", (node, binder) -> leaky(node.realAttribute("alpha", 0.01f)));
    ALL.put("Pow", Activations::power);
    ALL.put(
        "Selu",
        (node, binder) ->
            elu(node.realAttribute("alpha", SELU_ALPHA), node.realAttribute("gamma", SELU_GAMMA)));
    ALL.put("Shrink", (node, binder) -> shrink(node));
    ALL.put(
        "ThresholdedRelu",
        (node, binder) -> {
          double alpha = node.realAttribute("alpha", 1);
          return ScalarFunction.of(x -> x > alpha ? x : 0, (x, y) -> x > alpha ? 1 : 0);
        });
  }

  private Activations() {}

  private static void put(String name, ScalarFunction.Formula value, ScalarFunction.Slope slope) {
    ScalarFunction function = ScalarFunction.of(value, slope);
    ALL.put(name, (node, binder) -> function);
  }

  private static void steps(String name, ScalarFunction.Formula value) {
    ScalarFunction function = ScalarFunction.steps(value);
    ALL.put(name, (node, binder) -> function);
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  static ScalarFunction of(Node node, Binder binder) {
    return Objects.requireNonNull(ALL.get(node.type()), node.type()).apply(node, binder);
  }

  private static double square(double x) {
    return x * x;
  }

  private static double unit(double x) {
    return Math.max(0, Math.min(1, x));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Exact to float's precision, several times faster than {@link Math#tanh}. */
  private static double tanh(double x) {
    return Math.abs(x) < NEARLY_LINEAR ? x - x * x * x / 3 : 1 - 2 / (Math.exp(2 * x) + 1);
  }

  /** Odd, so that it loses no digits where a logarithm of nearly 0 would. */
  private static double asinh(double x) {
    double a = Math.abs(x);
    return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double hardSwishSlope(double x, double y) {
    return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
  }

  private static double mishSlope(double x, double y) {
    double tanh = tanh(softplus(x));
    return tanh + x * (1 - tanh * tanh) * sigmoid(x);
  }

  private static ScalarFunction leaky(double alpha) {
    return ScalarFunction.of(x -> x < 0 ? alpha * x : x, (x, y) -> x <= 0 ? alpha : 1);
  }

  private static ScalarFunction elu(double alpha, double gamma) {
    return ScalarFunction.of(
        x -> gamma * (x < 0 ? alpha * Math.expm1(x) : x),
        (x, y) -> x < 0 ? y + gamma * alpha : gamma);
  }

  private static ScalarFunction celu(double alpha) {
    return ScalarFunction.of(
        x -> x < 0 ? alpha * Math.expm1(x / alpha) : x, (x, y) -> x < 0 ? y / alpha + 1 : 1);
  }

  private static ScalarFunction shrink(Node node) {
    double bound = node.realAttribute("lambd", 0.5f);
    double bias = node.realAttribute("bias", 0);
    return ScalarFunction.of(
        x -> x < -bound ? x + bias : x > bound ? x - bias : 0,
        (x, y) -> Math.abs(x) > bound ? 1 : 0);
  }

  private static ScalarFunction hardSigmoid(Node node) {
    double alpha = node.realAttribute("alpha", 0.2f);
    double beta = node.realAttribute("beta", 0.5f);
    return ScalarFunction.of(x -> unit(alpha * x + beta), (x, y) -> y > 0 && y < 1 ? alpha : 0);
  }

  private static ScalarFunction gelu(Node node) {
    String approximate = node.textAttribute("approximate", "none");
    return switch (approximate) {
      case "none" ->
          ScalarFunction.of(
              x -> x * normal(x), (x, y) -> normal(x) + x * PEAK * Math.exp(-x * x / 2));
      case "tanh" ->
          ScalarFunction.of(x -> 0.5 * x * (1 + tanh(cubic(x))), (x, y) -> tanhGeluSlope(x));
      default ->
          throw Binder.refuse(
              node, "approximate is '%s' (allowed: none, tanh)".formatted(approximate));
    };
  }

  /** Probability that a standard normal number is below x. */
  private static double normal(double x) {
    return 0.5 * (1 + ErrorFunction.at(x / ROOT_2));
  }

  private static double cubic(double x) {
    return TANH_SCALE * (x + TANH_CUBIC * x * x * x);
  }

  private static double tanhGeluSlope(double x) {
    double tanh = tanh(cubic(x));
    double inner = TANH_SCALE * (1 + 3 * TANH_CUBIC * x * x);
    return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner;
  }

  private static ScalarFunction clip(Node node, Binder binder) {
    boolean attributes = binder.opset() < 11;
    float least =
        attributes
            ? node.realAttribute("min", -Float.MAX_VALUE)
            : number(node, binder, 1, -Float.MAX_VALUE);
    float most =
        attributes
            ? node.realAttribute("max", Float.MAX_VALUE)
            : number(node, binder, 2, Float.MAX_VALUE);
    return new Bounds(least, most);
  }

  /** Clip, often enough in the way of everything to do without doubles. */
  record Bounds(float least, float most) implements ScalarFunction {
    @Override
    public float value(float x) {
      return Math.min(most, Math.max(least, x));
    }

    @Override
    public float slope(float x, float y) {
      return x > least && x < most ? 1 : 0;
    }
  }

  private static ScalarFunction power(Node node, Binder binder) {
    double exponent = number(node, binder, 1, 1);
    if (exponent == 2) {
      return ScalarFunction.of(Activations::square, (x, y) -> 2 * x);
    }
    return ScalarFunction.of(
        x -> Math.pow(x, exponent), (x, y) -> exponent * Math.pow(x, exponent - 1));
  }

  /** An input that must be one constant number. */
  private static float number(Node node, Binder binder, int index, float absent) {
    if (!node.hasInput(index)) {
      return absent;
    }
    Tensor tensor =
        binder
            .constant(node, index)
            .filter(t -> t.size() == 1)
            .orElseThrow(
                () -> Binder.refuse(node, "input %d must be one constant number".formatted(index)));
    return (float) Numbers.of(tensor).reals()[0];
  }
}
