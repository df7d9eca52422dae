package io.espalier.engine;

import io.espalier.api.Node;

/**
 * ONNX Softmax and LogSoftmax along one axis; before operator set 13 over all axes from one on.
 * Sums are in double precision.
 */
final class Softmax implements Operation {
  private static final int SINGLE_AXIS = 13;

  private final Value input;
  private final Value output;
  private final int length;
  private final int step;
  private final boolean logarithm;

  private Softmax(Value input, Value output, int length, int step, boolean logarithm) {
    this.input = input;
    this.output = output;
    this.length = length;
    this.step = step;
    this.logarithm = logarithm;
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    boolean single = binder.opset() >= SINGLE_AXIS;
    int rank = input.shape().rank();
    int axis = Axes.withinSample(node, binder, node.intAttribute("axis", single ? -1 : 1), input);
    int length = Axes.product(input, axis, single ? axis + 1 : rank);
    int step = single ? Axes.product(input, axis + 1, rank) : 1;
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new Softmax(input, output, length, step, node.type().equals("LogSoftmax")));
  }

  @Override
  public Value output() {
    return output;
  }

  /** Position of the first element of a row among the floats of a tile. */
  private int start(int sample, int row) {
    return sample * output.stride() + row / step * length * step + row % step;
  }

  @Override
  public void forward(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      for (int row = 0; row < output.size() / length; row++) {
        forward(frame.data(input), frame.data(output), start(s, row));
      }
    }
  }

  private void forward(float[] x, float[] y, int start) {
    int end = start + length * step;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = start; i < end; i += step) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = start; i < end; i += step) {
      double exp = Math.exp(x[i] - largest);
      y[i] = (float) exp;
      sum += exp;
    }
    double shift = largest + Math.log(sum);
    for (int i = start; i < end; i += step) {
      y[i] = (float) (logarithm ? x[i] - shift : y[i] / sum);
    }
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] y = frame.data(output);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int row = 0; row < output.size() / length; row++) {
        backward(dx, y, dy, start(s, row));
      }
    }
  }

  private void backward(float[] dx, float[] y, float[] dy, int start) {
    int end = start + length * step;
    double sum = 0;
    for (int i = start; i < end; i += step) {
      sum += logarithm ? dy[i] : (double) dy[i] * y[i];
    }
    for (int i = start; i < end; i += step) {
      dx[i] += (float) (logarithm ? dy[i] - Math.exp(y[i]) * sum : y[i] * (dy[i] - sum));
    }
  }
}
