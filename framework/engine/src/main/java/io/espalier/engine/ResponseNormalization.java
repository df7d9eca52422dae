package io.espalier.engine;

import io.espalier.api.Node;

/**
 * ONNX LRN (Krizhevsky, Sutskever and Hinton 2012): each element over a power of {@code bias +
 * alpha / size} times the sum of the squares at its place in the neighbouring channels.
 */
final class ResponseNormalization implements Operation {
  private static final float DEFAULT_ALPHA = 1e-4f;
  private static final float DEFAULT_BETA = 0.75f;

  private final Value input;
  private final Value output;
  private final int channels;
  private final int area;
  private final int below;
  private final int above;
  private final double alpha;
  private final double beta;
  private final double bias;
  private final int divisors;

  private ResponseNormalization(Node node, Binder binder, Value input, Value output) {
    this.input = input;
    this.output = output;
    channels = (int) input.shape().dim(0);
    area = input.size() / channels;
    int size = Math.toIntExact(node.intAttribute("size", 0));
    if (size < 1) {
      throw Binder.refuse(node, "size is %d (allowed: 1 or more)".formatted(size));
    }
    below = (size - 1) / 2;
    above = size - 1 - below;
    alpha = node.realAttribute("alpha", DEFAULT_ALPHA) / (double) size;
    beta = node.realAttribute("beta", DEFAULT_BETA);
    bias = node.realAttribute("bias", 1);
    divisors = binder.floats((long) binder.tile() * input.size());
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new ResponseNormalization(node, binder, input, output));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float[] bases = frame.floats[divisors];
    for (int s = 0; s < frame.samples; s++) {
      for (int i = 0; i < input.size(); i++) {
        int channel = i / area;
        double squares = 0;
        for (int c = first(channel, below); c <= last(channel, above); c++) {
          float at = x[s * input.stride() + c * area + i % area];
          squares += (double) at * at;
        }
        double base = bias + alpha * squares;
        bases[s * input.size() + i] = (float) base;
        y[s * output.stride() + i] = (float) (x[s * input.stride() + i] * Math.pow(base, -beta));
      }
    }
  }

  private static int first(int channel, int reach) {
    return Math.max(0, channel - reach);
  }

  private int last(int channel, int reach) {
    return Math.min(channels - 1, channel + reach);
  }

  @Override
  public void backward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    float[] bases = frame.floats[divisors];
    for (int s = 0; s < frame.samples; s++) {
      int from = s * input.stride();
      for (int i = 0; i < input.size(); i++) {
        int channel = i / area;
        double sum = 0;
        for (int c = first(channel, above); c <= last(channel, below); c++) {
          int at = c * area + i % area;
          sum += dy[from + at] * y[from + at] / (double) bases[s * input.size() + at];
        }
        double own = dy[from + i] * Math.pow(bases[s * input.size() + i], -beta);
        dx[from + i] += (float) (own - 2 * alpha * beta * x[from + i] * sum);
      }
    }
  }
}
