package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Folds arithmetic on constants: exact on whole numbers, else rounded once from doubles. */
final class FoldedNumbers {
  private FoldedNumbers() {}

  static void register(Map<String, ConstantFolding.Rule> rules) {
    rules.put("Cast", FoldedNumbers::cast);
    rules.put("Clip", FoldedNumbers::clip);
    rules.put("Range", FoldedNumbers::range);
    unary(rules, "Abs", Math::abs, Math::abs);
    unary(rules, "Ceil", Math::ceil, LongUnaryOperator.identity());
    unary(rules, "Exp", Math::exp, LongUnaryOperator.identity());
    unary(rules, "Cos", Math::cos, LongUnaryOperator.identity());
    unary(rules, "Floor", Math::floor, LongUnaryOperator.identity());
    unary(rules, "Log", Math::log, LongUnaryOperator.identity());
    unary(rules, "Neg", x -> -x, x -> -x);
    unary(rules, "Reciprocal", x -> 1 / x, LongUnaryOperator.identity());
    unary(rules, "Round", Math::rint, LongUnaryOperator.identity());
    unary(rules, "Relu", x -> Math.max(0, x), x -> Math.max(0, x));
    unary(rules, "Sigmoid", x -> 1 / (1 + Math.exp(-x)), LongUnaryOperator.identity());
    unary(rules, "Sign", Math::signum, Long::signum);
    unary(rules, "Sin", Math::sin, LongUnaryOperator.identity());
    unary(rules, "Tanh", Math::tanh, LongUnaryOperator.identity());
    unary(rules, "Sqrt", Math::sqrt, LongUnaryOperator.identity());
    unary(rules, "Not", x -> x == 0 ? 1 : 0, x -> x == 0 ? 1 : 0);
    pairs(rules, "Add", Double::sum, Long::sum);
    pairs(rules, "Div", (a, b) -> a / b, (a, b) -> a / b);
    pairs(rules, "Max", Math::max, Math::max);
    pairs(rules, "Min", Math::min, Math::min);
    rules.put("Mod", FoldedNumbers::modulo);
    pairs(rules, "Mul", (a, b) -> a * b, (a, b) -> a * b);
    pairs(rules, "Pow", Math::pow, (a, b) -> (long) Math.pow(a, b));
    pairs(rules, "Sub", (a, b) -> a - b, (a, b) -> a - b);
    pairs(rules, "Sum", Double::sum, Long::sum);
    comparison(
        rules, "And", (a, b) -> a != 0 && b != 0 ? 1 : 0, (a, b) -> a != 0 && b != 0 ? 1 : 0);
    comparison(rules, "Equal", (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0);
    comparison(rules, "Greater", (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0);
    comparison(rules, "GreaterOrEqual", (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0);
    comparison(rules, "Less", (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0);
    comparison(rules, "LessOrEqual", (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0);
    comparison(rules, "Or", (a, b) -> a != 0 || b != 0 ? 1 : 0, (a, b) -> a != 0 || b != 0 ? 1 : 0);
    comparison(
        rules,
        "Xor",
        (a, b) -> (a != 0) != (b != 0) ? 1 : 0,
        (a, b) -> (a != 0) != (b != 0) ? 1 : 0);
  }

  private static List<Tensor> cast(ShapeContext context, List<Shape> outputs) {
    Tensor input = ConstantFolding.input(context, 0);
    DataType type = DataType.ofCode((int) context.node().intAttribute("to", 0));
    return List.of(Numbers.of(input).tensor("cast", type, input.shape()));
  }

  /** Bounds are attributes before operator set 11, then inputs. */
  private static List<Tensor> clip(ShapeContext context, List<Shape> outputs) {
    Tensor result = ConstantFolding.input(context, 0);
    Node node = context.node();
    if (node.attributes().containsKey("min") || node.attributes().containsKey("max")) {
      double[] x = Numbers.of(result).reals().clone();
      double least = node.realAttribute("min", Float.NEGATIVE_INFINITY);
      double most = node.realAttribute("max", Float.POSITIVE_INFINITY);
      Arrays.setAll(x, i -> Math.min(most, Math.max(least, x[i])));
      return List.of(new Numbers.Reals(x).tensor("clip", result.type(), result.shape()));
    }
    if (context.has(1)) {
      Tensor least = ConstantFolding.input(context, 1);
      result = pair(context, result, least, result.type(), Math::max, Math::max);
    }
    if (context.has(2)) {
      Tensor most = ConstantFolding.input(context, 2);
      result = pair(context, result, most, result.type(), Math::min, Math::min);
    }
    return List.of(result);
  }

  private static List<Tensor> range(ShapeContext context, List<Shape> outputs) {
    Tensor start = ConstantFolding.input(context, 0);
    Tensor step = ConstantFolding.input(context, 2);
    int count = Math.toIntExact(outputs.get(0).size());
    if (Numbers.whole(start.type())) {
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = Numbers.of(start).wholes()[0] + i * Numbers.of(step).wholes()[0];
      }
      return List.of(new Numbers.Wholes(values).tensor("range", start.type(), outputs.get(0)));
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Numbers.of(start).reals()[0] + i * Numbers.of(step).reals()[0];
    }
    return List.of(new Numbers.Reals(values).tensor("range", start.type(), outputs.get(0)));
  }

  private static void unary(
      Map<String, ConstantFolding.Rule> rules,
      String name,
      DoubleUnaryOperator reals,
      LongUnaryOperator wholes) {
    rules.put(
        name,
        (context, outputs) -> {
          Tensor input = ConstantFolding.input(context, 0);
          double[] x = Numbers.of(input).reals();
          if (!Numbers.whole(input.type())) {
            for (int i = 0; i < x.length; i++) {
              x[i] = reals.applyAsDouble(x[i]);
            }
            return List.of(new Numbers.Reals(x).tensor(name, input.type(), input.shape()));
          }
          long[] n = Numbers.of(input).wholes();
          for (int i = 0; i < n.length; i++) {
            n[i] = wholes.applyAsLong(n[i]);
          }
          return List.of(new Numbers.Wholes(n).tensor(name, input.type(), input.shape()));
        });
  }

  private static void pairs(
      Map<String, ConstantFolding.Rule> rules,
      String name,
      DoubleBinaryOperator reals,
      LongBinaryOperator wholes) {
    rules.put(
        name,
        (context, outputs) -> {
          Tensor result = ConstantFolding.input(context, 0);
          for (int i = 1; i < context.node().inputs().size(); i++) {
            Tensor next = ConstantFolding.input(context, i);
            result = pair(context, result, next, result.type(), reals, wholes);
          }
          return List.of(result);
        });
  }

  /** The rest of a division, with the sign of the divisor, or of the dividend if so asked for. */
  private static List<Tensor> modulo(ShapeContext context, List<Shape> outputs) {
    boolean signed = context.node().intAttribute("fmod", 0) != 0;
    LongBinaryOperator wholes = signed ? (a, b) -> a % b : Math::floorMod;
    Tensor left = ConstantFolding.input(context, 0);
    Tensor right = ConstantFolding.input(context, 1);
    return List.of(pair(context, left, right, left.type(), (a, b) -> a % b, wholes));
  }

  private static Tensor pair(
      ShapeContext context,
      Tensor left,
      Tensor right,
      DataType type,
      DoubleBinaryOperator reals,
      LongBinaryOperator wholes) {
    Shape shape = ShapeRules.broadcast(context, left.shape(), right.shape());
    int[] leftAt = Broadcast.positions(left.shape(), shape);
    int[] rightAt = Broadcast.positions(right.shape(), shape);
    Numbers a = Numbers.of(left);
    Numbers b = Numbers.of(right);
    if (a instanceof Numbers.Wholes m && b instanceof Numbers.Wholes n) {
      long[] values = new long[leftAt.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = wholes.applyAsLong(m.elements()[leftAt[i]], n.elements()[rightAt[i]]);
      }
      return new Numbers.Wholes(values).tensor("pair", type, shape);
    }
    double[] x = a.reals();
    double[] y = b.reals();
    double[] values = new double[leftAt.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = reals.applyAsDouble(x[leftAt[i]], y[rightAt[i]]);
    }
    return new Numbers.Reals(values).tensor("pair", type, shape);
  }

  private static void comparison(
      Map<String, ConstantFolding.Rule> rules,
      String name,
      DoubleBinaryOperator reals,
      LongBinaryOperator wholes) {
    rules.put(
        name,
        (context, outputs) -> {
          Tensor left = ConstantFolding.input(context, 0);
          Tensor right = ConstantFolding.input(context, 1);
          return List.of(pair(context, left, right, DataType.BOOL, reals, wholes));
        });
  }
}
