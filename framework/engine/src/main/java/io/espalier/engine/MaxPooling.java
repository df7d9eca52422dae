package io.espalier.engine;

import io.espalier.api.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * ONNX MaxPool over signals and images. Windows may overlap and reach into padding, which never
 * wins. The gradient goes to the first of equal maxima in row-major order. The second output says
 * where in the whole input each maximum is; as float, it is exact up to {@code 2^24}.
 */
final class MaxPooling implements Operation {
  private final Value input;
  private final Value output;
  private final Window window;
  private final int winners;
  private final int quarters;
  private final boolean halving;
  private final Optional<Value> indices;
  private final boolean columnMajor;

  private MaxPooling(
      Node node, Binder binder, Value input, Value output, Optional<Value> indices, Window window) {
    this.input = input;
    this.output = output;
    this.indices = indices;
    this.window = window;
    this.columnMajor = node.intAttribute("storage_order", 0) != 0;
    this.halving =
        indices.isEmpty()
            && window.kernelHeight() == 2
            && window.kernelWidth() == 2
            && window.strideY() == 2
            && window.strideX() == 2
            && window.dilationY() == 1
            && window.dilationX() == 1
            && !window.padded()
            && 2 * window.outHeight() <= window.height()
            && 2 * window.outWidth() <= window.width();
    this.winners = binder.ints(halving ? 0 : (long) binder.tile() * output.size());
    this.quarters = binder.floats(halving ? (long) binder.tile() * output.stride() : 0);
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    List<Long> kernel = node.intsAttribute("kernel_shape", List.of());
    Window window = Window.of(node, input.shape(), binder.sample(node), kernel);
    window.requireSight(node);
    Value output = binder.define(node.outputs().get(0), input.trained());
    Optional<Value> indices =
        binder.isUsed(node, 1)
            ? Optional.of(binder.define(node.outputs().get(1), false))
            : Optional.empty();
    binder.add(node, new MaxPooling(node, binder, input, output, indices, window));
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
        if (halving) {
          halve(frame, from, to);
        } else {
          pool(frame, from, to, s * output.size() + c * window.outArea());
        }
      }
      Arrays.fill(
          frame.data(output), s * output.stride() + output.size(), (s + 1) * output.stride(), 0f);
      if (indices.isPresent()) {
        index(frame, frame.data(indices.get()), s);
      }
    }
  }

  /** Where in the input of all samples the maxima of a sample are. */
  private void index(Frame frame, float[] to, int sample) {
    int[] winner = frame.ints[winners];
    long first = (long) (frame.first + sample) * input.size();
    for (int i = 0; i < output.size(); i++) {
      int at = winner[sample * output.size() + i] - sample * input.stride();
      int within = at % window.area();
      int position =
          columnMajor
              ? within % window.width() * window.height() + within / window.width()
              : within;
      to[sample * output.stride() + i] = first + at - within + position;
    }
  }

  /** Windows of 2x2 that neither overlap nor leave the image. */
  private void halve(Frame frame, int from, int to) {
    for (int i = 0; i < window.outHeight(); i++) {
      frame.kernels.halve(
          frame.data(input),
          from + 2 * i * window.width(),
          window.width(),
          frame.data(output),
          frame.floats[quarters],
          to + i * window.outWidth(),
          window.outWidth());
    }
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
    for (int s = 0; s < frame.samples; s++) {
      if (halving) {
        unhalve(dx, dy, frame.floats[quarters], s);
      } else {
        int[] winner = frame.ints[winners];
        for (int i = 0; i < output.size(); i++) {
          dx[winner[s * output.size() + i]] += dy[s * output.stride() + i];
        }
      }
    }
  }

  private void unhalve(float[] dx, float[] dy, float[] quarter, int sample) {
    int width = window.width();
    int at = sample * output.stride();
    for (int c = 0; c < window.channels(); c++) {
      for (int i = 0; i < window.outHeight(); i++) {
        int row = sample * input.stride() + c * window.area() + 2 * i * width;
        for (int j = 0; j < window.outWidth(); j++, at++) {
          int which = (int) quarter[at];
          dx[row + 2 * j + (which & 1) + (which >> 1) * width] += dy[at];
        }
      }
    }
  }
}
