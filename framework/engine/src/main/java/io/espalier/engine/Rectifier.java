package io.espalier.engine;

import io.espalier.api.Node;

/** ONNX Relu, where it does not fuse with what is before it. Its slope at 0 is 0. */
final class Rectifier implements Operation {
  private final Value input;
  private final Value output;

  private Rectifier(Value input, Value output) {
    this.input = input;
    this.output = output;
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    binder.add(node, new Rectifier(input, binder.define(node.outputs().get(0), input.trained())));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    for (int i = 0; i < frame.samples * output.stride(); i++) {
      y[i] = Math.max(x[i], 0f);
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] dy = frame.gradient(output);
    float[] y = frame.data(output);
    float[] dx = frame.gradient(input);
    int length = frame.samples * output.stride();
    if (frame.begins(input)) {
      frame.kernels.rectifyGradientRows(dy, y, 0, 0, dx, 0, 0, 1, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      dx[i] += y[i] > 0 ? dy[i] : 0;
    }
  }
}
