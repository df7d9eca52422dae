package io.espalier.engine;

import io.espalier.api.Node;

/** ONNX operators that compute a function of each element by itself: see {@link Activations}. */
final class Activation implements Operation {
  private final Value input;
  private final Value output;
  private final ScalarFunction function;

  private Activation(Value input, Value output, ScalarFunction function) {
    this.input = input;
    this.output = output;
    this.function = function;
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    ScalarFunction function = Activations.of(node, binder);
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new Activation(input, output, function));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * output.stride();
      for (int i = from; i < from + output.size(); i++) {
        y[i] = function.value(x[i]);
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * output.stride();
      for (int i = from; i < from + output.size(); i++) {
        dx[i] += dy[i] * function.slope(x[i], y[i]);
      }
    }
  }
}
