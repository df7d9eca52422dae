package io.espalier.engine;

import io.espalier.api.Node;
import java.util.Arrays;

/**
 * ONNX ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp and ReduceSumSquare over axes of a sample:
 * a function of the sum of a function of each element.
 */
final class SummedReduction implements Operation {
  /** What is summed, and what becomes of the sum. */
  private enum Kind {
    L1 {
      @Override
      double term(double x) {
        return Math.abs(x);
      }

      @Override
      double slope(double x, double y) {
        return Math.signum(x);
      }
    },
    /** At zero, where the length has no derivative, it is taken to be zero. */
    L2 {
      @Override
      double term(double x) {
        return x * x;
      }

      @Override
      double result(double sum) {
        return Math.sqrt(sum);
      }

      @Override
      double slope(double x, double y) {
        return y == 0 ? 0 : x / y;
      }
    },
    LOG_SUM {
      @Override
      double term(double x) {
        return x;
      }

      @Override
      double result(double sum) {
        return Math.log(sum);
      }

      @Override
      double slope(double x, double y) {
        return Math.exp(-y);
      }
    },
    /** Exponentials in double precision, of numbers that are below the greatest of all. */
    LOG_SUM_EXP {
      @Override
      double term(double x) {
        return Math.exp(x);
      }

      @Override
      double result(double sum) {
        return Math.log(sum);
      }

      @Override
      double slope(double x, double y) {
        return Math.exp(x - y);
      }
    },
    SUM_SQUARE {
      @Override
      double term(double x) {
        return x * x;
      }

      @Override
      double slope(double x, double y) {
        return 2 * x;
      }
    };

    abstract double term(double x);

    double result(double sum) {
      return sum;
    }

    /** Derivative of the result {@code y} by the element {@code x}. */
    abstract double slope(double x, double y);

    static Kind of(Node node) {
      return switch (node.type()) {
        case "ReduceL1" -> L1;
        case "ReduceL2" -> L2;
        case "ReduceLogSum" -> LOG_SUM;
        case "ReduceLogSumExp" -> LOG_SUM_EXP;
        default -> SUM_SQUARE;
      };
    }
  }

  private final Kind kind;
  private final Value input;
  private final Value output;
  private final int[] targets;
  private final int shifts;

  private SummedReduction(Binder binder, Kind kind, Value input, Value output, int[] targets) {
    this.kind = kind;
    this.input = input;
    this.output = output;
    this.targets = targets;
    this.shifts = binder.floats(output.size());
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int[] targets = Reduction.targets(node, binder, input);
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new SummedReduction(binder, Kind.of(node), input, output, targets));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float[] shift = frame.floats[shifts];
    for (int s = 0; s < frame.samples; s++) {
      int from = s * input.stride();
      int to = s * output.stride();
      if (kind == Kind.LOG_SUM_EXP) {
        greatest(x, from, shift);
      }
      Arrays.fill(y, to, to + output.size(), 0f);
      for (int i = 0; i < targets.length; i++) {
        y[to + targets[i]] += (float) kind.term(x[from + i] - shift[targets[i]]);
      }
      for (int i = 0; i < output.size(); i++) {
        y[to + i] = (float) (kind.result(y[to + i]) + shift[i]);
      }
    }
  }

  /** The greatest of all that goes into each result; infinite ones shift nothing. */
  private void greatest(float[] x, int from, float[] shift) {
    Arrays.fill(shift, 0, output.size(), Float.NEGATIVE_INFINITY);
    for (int i = 0; i < targets.length; i++) {
      shift[targets[i]] = Math.max(shift[targets[i]], x[from + i]);
    }
    for (int i = 0; i < output.size(); i++) {
      shift[i] = Float.isInfinite(shift[i]) ? 0 : shift[i];
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * input.stride();
      int to = s * output.stride();
      for (int i = 0; i < targets.length; i++) {
        int at = to + targets[i];
        dx[from + i] += dy[at] * (float) kind.slope(x[from + i], y[at]);
      }
    }
  }
}
