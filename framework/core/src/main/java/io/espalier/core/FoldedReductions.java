package io.espalier.core;

import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/** Folds reductions of constants: exact on whole numbers, else rounded once from doubles. */
final class FoldedReductions {
  private FoldedReductions() {}

  static void register(Map<String, ConstantFolding.Rule> rules) {
    exact(rules, "ReduceMax", Math::max, Math::max);
    exact(rules, "ReduceMin", Math::min, Math::min);
    exact(rules, "ReduceProd", (a, b) -> a * b, (a, b) -> a * b);
    exact(rules, "ReduceSum", Double::sum, Long::sum);
    summed(rules, "ReduceL1", Math::abs, (sum, count) -> sum);
    summed(rules, "ReduceL2", x -> x * x, (sum, count) -> Math.sqrt(sum));
    summed(rules, "ReduceMean", x -> x, (sum, count) -> sum / count);
    summed(rules, "ReduceSumSquare", x -> x * x, (sum, count) -> sum);
  }

  private static void exact(
      Map<String, ConstantFolding.Rule> rules,
      String name,
      DoubleBinaryOperator reals,
      LongBinaryOperator wholes) {
    rules.put(
        name,
        (context, outputs) -> {
          Tensor input = ConstantFolding.input(context, 0);
          Numbers result =
              Numbers.whole(input.type())
                  ? wholes(context, outputs.get(0), wholes)
                  : new Numbers.Reals(
                      reals(context, outputs.get(0), DoubleUnaryOperator.identity(), reals));
          return List.of(result.tensor(name, input.type(), outputs.get(0)));
        });
  }

  /** A function of a sum and of how many numbers are in it; whole numbers are left alone. */
  private static void summed(
      Map<String, ConstantFolding.Rule> rules,
      String name,
      DoubleUnaryOperator term,
      DoubleBinaryOperator finish) {
    rules.put(
        name,
        (context, outputs) -> {
          Tensor input = ConstantFolding.input(context, 0);
          if (Numbers.whole(input.type())) {
            return List.of();
          }
          double[] sums = reals(context, outputs.get(0), term, Double::sum);
          double count = (double) input.size() / Math.max(1, sums.length);
          Arrays.setAll(sums, i -> finish.applyAsDouble(sums[i], count));
          return List.of(new Numbers.Reals(sums).tensor(name, input.type(), outputs.get(0)));
        });
  }

  private static Numbers wholes(ShapeContext context, Shape output, LongBinaryOperator combine) {
    int[] targets = targets(context);
    long[] x = Numbers.of(ConstantFolding.input(context, 0)).wholes();
    long[] all = new long[Math.toIntExact(output.size())];
    boolean[] begun = new boolean[all.length];
    for (int i = 0; i < targets.length; i++) {
      int to = targets[i];
      all[to] = begun[to] ? combine.applyAsLong(all[to], x[i]) : x[i];
      begun[to] = true;
    }
    return new Numbers.Wholes(all);
  }

  private static double[] reals(
      ShapeContext context, Shape output, DoubleUnaryOperator term, DoubleBinaryOperator combine) {
    int[] targets = targets(context);
    double[] x = Numbers.of(ConstantFolding.input(context, 0)).reals();
    double[] all = new double[Math.toIntExact(output.size())];
    boolean[] begun = new boolean[all.length];
    for (int i = 0; i < targets.length; i++) {
      int to = targets[i];
      double next = term.applyAsDouble(x[i]);
      all[to] = begun[to] ? combine.applyAsDouble(all[to], next) : next;
      begun[to] = true;
    }
    return all;
  }

  /** For each element of the input, the element of the output that it goes into. */
  private static int[] targets(ShapeContext context) {
    return Broadcast.positions(
        ReductionShapes.kept(context), ConstantFolding.input(context, 0).shape());
  }
}
