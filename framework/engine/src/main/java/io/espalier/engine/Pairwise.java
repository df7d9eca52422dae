package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.engine.Operand.Training;

/**
 * ONNX operators of two operands, some of more, with broadcasting. A constant operand of Add or Mul
 * that has axes is a trained bias or scale, and so is the slope of PRelu; other constants are part
 * of the computation and stay as they are.
 */
final class Pairwise implements Operation {
  private final PairFunction function;
  private final Operand left;
  private final Operand right;
  private final Value output;
  private final boolean aligned;

  private Pairwise(PairFunction function, Operand left, Operand right, Value output) {
    this.function = function;
    this.left = left;
    this.right = right;
    this.output = output;
    this.aligned = left.aligned(output.shape()) && right.aligned(output.shape());
  }

  static Operator trained(PairFunction function) {
    return (node, binder) -> bind(node, binder, function, Training.WITH_AXES);
  }

  static Operator fixed(PairFunction function) {
    return (node, binder) -> bind(node, binder, function, Training.NONE);
  }

  static void bindSlope(Node node, Binder binder) {
    bind(node, binder, PairFunction.SLOPED, Training.ALL);
  }

  /** A power: as a function of its base where the exponent is one constant number. */
  static void bindPower(Node node, Binder binder) {
    boolean function =
        binder.constant(node, 0).isEmpty()
            && binder.constant(node, 1).filter(tensor -> tensor.size() == 1).isPresent();
    if (function) {
      Activation.bind(node, binder);
    } else {
      bind(node, binder, PairFunction.POWER, Training.NONE);
    }
  }

  /** Adds a function of two operands, as a part of what a node computes. */
  static void add(
      Node node, Binder binder, PairFunction function, Operand left, Operand right, Value output) {
    binder.add(node, new Pairwise(function, left, right, output));
  }

  /** ONNX Expand: an operand, as often as the result has it. */
  static void bindExpand(Node node, Binder binder) {
    Shape result = binder.sample(node);
    Operand operand = Operand.of(node, binder, 0, result, Training.WITH_AXES);
    Value output = binder.define(node.outputs().get(0), operand.trained());
    Operand one = Operand.number(1, result);
    binder.add(node, new Pairwise(PairFunction.MULTIPLY, operand, one, output));
  }

  /** The sum of any number of operands, over their number. */
  static void bindMean(Node node, Binder binder) {
    Shape result = binder.sample(node);
    float share = 1f / node.inputs().size();
    Operand sum = fold(node, binder, PairFunction.ADD, result, node.inputs().size());
    Value output = binder.define(node.outputs().get(0), sum.trained());
    Operand factor = Operand.number(share, result);
    binder.add(node, new Pairwise(PairFunction.MULTIPLY, sum, factor, output));
  }

  /** From the left, one operand after the other. */
  private static void bind(Node node, Binder binder, PairFunction function, Training training) {
    boolean pair = node.inputs().size() == 2;
    if (pair && function == PairFunction.ADD && LaneUnits.bindAdd(node, binder)) {
      return;
    }
    Shape result = binder.sample(node);
    if (pair) {
      Operand left = Operand.of(node, binder, 0, result, training);
      Operand right = Operand.of(node, binder, 1, result, training);
      Value output = binder.define(node.outputs().get(0), left.trained() || right.trained());
      binder.add(node, new Pairwise(function, left, right, output));
    } else if (node.inputs().size() == 1) {
      binder.rename(node.outputs().get(0), binder.value(node, 0));
    } else {
      Operand most = fold(node, binder, function, result, node.inputs().size() - 1);
      Operand last = Operand.of(node, binder, node.inputs().size() - 1, result, training);
      Value output = binder.define(node.outputs().get(0), most.trained() || last.trained());
      binder.add(node, new Pairwise(function, most, last, output));
    }
  }

  /** The first operands of a node, combined. */
  private static Operand fold(
      Node node, Binder binder, PairFunction function, Shape result, int count) {
    Operand all = Operand.of(node, binder, 0, result, Training.NONE);
    for (int i = 1; i < count; i++) {
      Operand next = Operand.of(node, binder, i, result, Training.NONE);
      boolean trained = all.trained() || next.trained();
      Value part = binder.define(node.name() + ".part", result, trained);
      binder.add(node, new Pairwise(function, all, next, part));
      all = Operand.of(part, result);
    }
    return all;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] y = frame.data(output);
    if (aligned) {
      for (int s = 0; s < frame.samples; s++) {
        int from = s * output.stride();
        for (int i = from; i < from + output.size(); i++) {
          y[i] = function.value(a[i], b[i]);
        }
      }
      return;
    }
    int[] leftAt = left.positions();
    int[] rightAt = right.positions();
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      int a0 = left.base(s);
      int b0 = right.base(s);
      for (int i = 0; i < output.size(); i++) {
        y[at + i] = function.value(a[a0 + leftAt[i]], b[b0 + rightAt[i]]);
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    if (left.trained() && aligned) {
      alignedLeftGradient(frame, left.gradient(frame));
    } else if (left.trained()) {
      leftGradient(frame, left.gradient(frame));
    }
    if (right.trained() && aligned) {
      alignedRightGradient(frame, right.gradient(frame));
    } else if (right.trained()) {
      rightGradient(frame, right.gradient(frame));
    }
  }

  private void alignedLeftGradient(Frame frame, float[] da) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * output.stride();
      for (int i = from; i < from + output.size(); i++) {
        da[i] += dy[i] * function.leftSlope(a[i], b[i]);
      }
    }
  }

  private void alignedRightGradient(Frame frame, float[] db) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * output.stride();
      for (int i = from; i < from + output.size(); i++) {
        db[i] += dy[i] * function.rightSlope(a[i], b[i]);
      }
    }
  }

  private void leftGradient(Frame frame, float[] da) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] dy = frame.gradient(output);
    int[] leftAt = left.positions();
    int[] rightAt = right.positions();
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      int a0 = left.base(s);
      int b0 = right.base(s);
      for (int i = 0; i < output.size(); i++) {
        int to = a0 + leftAt[i];
        da[to] += dy[at + i] * function.leftSlope(a[to], b[b0 + rightAt[i]]);
      }
    }
  }

  private void rightGradient(Frame frame, float[] db) {
    float[] a = left.data(frame);
    float[] b = right.data(frame);
    float[] dy = frame.gradient(output);
    int[] leftAt = left.positions();
    int[] rightAt = right.positions();
    for (int s = 0; s < frame.samples; s++) {
      int at = s * output.stride();
      int a0 = left.base(s);
      int b0 = right.base(s);
      for (int i = 0; i < output.size(); i++) {
        int to = b0 + rightAt[i];
        db[to] += dy[at + i] * function.rightSlope(a[a0 + leftAt[i]], b[to]);
      }
    }
  }
}
