package io.espalier.engine;

import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.core.Broadcast;
import java.util.Arrays;

/** ONNX ReduceSum and ReduceMean over axes of a sample. */
final class Reduction implements Operation {
  private final Value input;
  private final Value output;
  private final int[] targets;
  private final float scale;

  private Reduction(Value input, Value output, int[] targets, float scale) {
    this.input = input;
    this.output = output;
    this.targets = targets;
    this.scale = scale;
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    int[] targets = targets(node, binder, input);
    Value output = binder.define(node.outputs().get(0), input.trained());
    boolean mean = node.type().equals("ReduceMean");
    float scale = mean ? (float) output.size() / input.size() : 1;
    binder.add(node, new Reduction(input, output, targets, scale));
  }

  /** The mean of each channel, whatever axes follow that of the channels. */
  static void bindGlobal(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    Value output = binder.define(node.outputs().get(0), input.trained());
    float scale = (float) output.size() / input.size();
    binder.add(node, new Reduction(input, output, channels(input), scale));
  }

  /** For each element of the input, its channel. */
  static int[] channels(Value input) {
    long[] kept = new long[input.shape().rank()];
    Arrays.fill(kept, 1);
    kept[0] = input.shape().dim(0);
    return Broadcast.positions(Shape.of(kept), input.shape());
  }

  /** For each element of the input, the element of the output that it goes into. */
  static int[] targets(Node node, Binder binder, Value input) {
    binder.sample(node);
    long[] kept = input.shape().toArray();
    long[] axes = Axes.list(node, binder, 1, "axes");
    for (long axis : axes) {
      kept[Axes.withinSample(node, binder, axis, input)] = 1;
    }
    if (axes.length == 0 && node.intAttribute("noop_with_empty_axes", 0) == 0) {
      Axes.withinSample(node, binder, 0, input);
      Arrays.fill(kept, 1);
    }
    return Broadcast.positions(Shape.of(kept), input.shape());
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
      int from = s * input.stride();
      int to = s * output.stride();
      Arrays.fill(y, to, to + output.size(), 0f);
      for (int i = 0; i < targets.length; i++) {
        y[to + targets[i]] += x[from + i];
      }
      for (int i = to; i < to + output.size(); i++) {
        y[i] *= scale;
      }
    }
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      int from = s * input.stride();
      int to = s * output.stride();
      for (int i = 0; i < targets.length; i++) {
        dx[from + i] += scale * dy[to + targets[i]];
      }
    }
  }
}
