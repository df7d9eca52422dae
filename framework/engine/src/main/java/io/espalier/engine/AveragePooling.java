package io.espalier.engine;

import io.espalier.api.Node;
import java.util.List;

/** ONNX AveragePool and GlobalAveragePool over signals and images, padding counted or not. */
final class AveragePooling implements Operation {
  private final Value input;
  private final Value output;
  private final Window window;
  private final boolean paddingCounts;

  private AveragePooling(Value input, Value output, Window window, boolean paddingCounts) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.paddingCounts = paddingCounts;
  }

  static void bind(Node node, Binder binder) {
    List<Long> kernel = node.intsAttribute("kernel_shape", List.of());
    bind(node, binder, kernel, node.intAttribute("count_include_pad", 0) != 0);
  }

  static void bindGlobal(Node node, Binder binder) {
    if (LaneUnits.bindPool(node, binder)) {
      return;
    }
    List<Long> sample = binder.value(node, 0).shape().dims();
    if (sample.size() == 3) {
      bind(node, binder, sample.subList(1, 3), false);
    } else {
      Reduction.bindGlobal(node, binder);
    }
  }

  private static void bind(Node node, Binder binder, List<Long> kernel, boolean paddingCounts) {
    Value input = binder.value(node, 0);
    Window window = Window.of(node, input.shape(), binder.sample(node), kernel);
    window.requireSight(node);
    Value output = binder.define(node.outputs().get(0), input.trained());
    binder.add(node, new AveragePooling(input, output, window, paddingCounts));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int k = 0; k < output.size(); k++) {
        y[s * output.stride() + k] = mean(frame, s, k);
      }
    }
  }

  private float mean(Frame frame, int sample, int out) {
    float[] x = frame.data(input);
    int base = base(sample, out);
    int i = out % window.outArea() / window.outWidth();
    int j = out % window.outWidth();
    float sum = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int h = row(i, ky);
      for (int kx = 0; kx < window.kernelWidth() && inside(h, window.height()); kx++) {
        int w = column(j, kx);
        if (inside(w, window.width())) {
          sum += x[base + h * window.width() + w];
        }
      }
    }
    return sum / count(i, j);
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int k = 0; k < output.size(); k++) {
        spread(dx, s, k, dy[s * output.stride() + k]);
      }
    }
  }

  private void spread(float[] dx, int sample, int out, float gradient) {
    int base = base(sample, out);
    int i = out % window.outArea() / window.outWidth();
    int j = out % window.outWidth();
    float share = gradient / count(i, j);
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int h = row(i, ky);
      for (int kx = 0; kx < window.kernelWidth() && inside(h, window.height()); kx++) {
        int w = column(j, kx);
        if (inside(w, window.width())) {
          dx[base + h * window.width() + w] += share;
        }
      }
    }
  }

  private int base(int sample, int out) {
    return sample * input.stride() + out / window.outArea() * window.area();
  }

  private int row(int i, int ky) {
    return i * window.strideY() + ky * window.dilationY() - window.top();
  }

  private int column(int j, int kx) {
    return j * window.strideX() + kx * window.dilationX() - window.left();
  }

  private static boolean inside(int at, int extent) {
    return at >= 0 && at < extent;
  }

  /**
   * What a sum is divided by. Past the padding, where the last window may reach, nothing counts.
   */
  private int count(int i, int j) {
    int top = paddingCounts ? window.top() : 0;
    int left = paddingCounts ? window.left() : 0;
    int height = window.height() + top + (paddingCounts ? window.bottom() : 0);
    int width = window.width() + left + (paddingCounts ? window.right() : 0);
    int rows = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      rows += inside(row(i, ky) + top, height) ? 1 : 0;
    }
    int columns = 0;
    for (int kx = 0; kx < window.kernelWidth(); kx++) {
      columns += inside(column(j, kx) + left, width) ? 1 : 0;
    }
    return rows * columns;
  }
}
