package io.espalier.engine;

import io.espalier.api.Node;
import java.util.List;

/**
 * ONNX MaxPool over images. Windows may overlap and reach into padding, which never wins. The
 * gradient goes to the first of equal maxima in row-major order.
 */
final class MaxPooling implements Operation {
  private final Value input;
  private final Value output;
  private final Window window;
  private final int winners;
  private final boolean halving;

  private MaxPooling(Binder binder, Value input, Value output, Window window) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.winners = binder.ints((long) binder.tile() * output.size());
    this.halving =
        window.kernelHeight() == 2
            && window.kernelWidth() == 2
            && window.strideY() == 2
            && window.strideX() == 2
            && window.dilationY() == 1
            && window.dilationX() == 1
            && !window.padded()
            && 2 * window.outHeight() <= window.height()
            && 2 * window.outWidth() <= window.width();
  }

  static void bind(Node node, Binder binder) {
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      throw Binder.refuse(node, "its output of indices cannot be trained");
    }
    Value input = binder.value(node, 0);
    List<Long> kernel = node.intsAttribute("kernel_shape", List.of());
    if (kernel.size() != 2) {
      throw Binder.refuse(
          node, "kernel_shape is %s; only two axes can be trained".formatted(kernel));
    }
    Window window =
        Window.of(node, input.shape(), binder.sample(node), kernel.get(0), kernel.get(1));
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new MaxPooling(binder, input, output, window));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    for (int s = 0; s < frame.samples; s++) {
      for (int c = 0; c < window.channels(); c++) {
        int from = s * input.stride() + c * window.area();
        int to = s * output.stride() + c * window.outArea();
        int kept = s * output.size() + c * window.outArea();
        if (halving) {
          halve(frame, from, to, kept);
        } else {
          pool(frame, from, to, kept);
        }
      }
    }
  }

  /** Windows of 2x2 that neither overlap nor leave the image: without a branch. */
  private void halve(Frame frame, int from, int to, int kept) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    int[] winner = frame.ints[winners];
    int width = window.width();
    for (int i = 0; i < window.outHeight(); i++) {
      int row = from + 2 * i * width;
      int at = i * window.outWidth();
      for (int j = 0; j < window.outWidth(); j++) {
        int upper = row + 2 * j;
        upper += less(x[upper], x[upper + 1]);
        int lower = row + width + 2 * j;
        lower += less(x[lower], x[lower + 1]);
        int best = upper + (lower - upper) * less(x[upper], x[lower]);
        y[to + at + j] = x[best];
        winner[kept + at + j] = best;
      }
    }
  }

  /** 1 if a is less than b, else 0: the sign of the difference, where -0 counts as 0. */
  private static int less(float a, float b) {
    return Float.floatToRawIntBits(a - b + 0f) >>> (Integer.SIZE - 1);
  }

  private void pool(Frame frame, int from, int to, int kept) {
    for (int i = 0; i < window.outHeight(); i++) {
      for (int j = 0; j < window.outWidth(); j++) {
        int at = i * window.outWidth() + j;
        int best = winner(frame.data(input), from, i, j);
        frame.data(output)[to + at] = frame.data(input)[best];
        frame.ints[winners][kept + at] = best;
      }
    }
  }

  private int winner(float[] x, int from, int i, int j) {
    int best = -1;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int h = i * window.strideY() + ky * window.dilationY() - window.top();
      if (h < 0 || h >= window.height()) {
        continue;
      }
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int w = j * window.strideX() + kx * window.dilationX() - window.left();
        if (w >= 0 && w < window.width()) {
          int at = from + h * window.width() + w;
          best = best < 0 || x[at] > x[best] || Float.isNaN(x[at]) ? at : best;
        }
      }
    }
    return best;
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    int[] winner = frame.ints[winners];
    for (int s = 0; s < frame.samples; s++) {
      int from = s * output.stride();
      int kept = s * output.size();
      for (int i = 0; i < output.size(); i++) {
        dx[winner[kept + i]] += dy[from + i];
      }
    }
  }
}
