package io.espalier.engine;

import io.espalier.api.Node;
import java.util.Arrays;

/**
 * ONNX ReduceMax, ReduceMin and GlobalMaxPool over axes of a sample. The gradient goes to the first
 * of equal extrema in row-major order.
 */
final class Extremum implements Operation {
  private static final int NONE = -1;

  private final Value input;
  private final Value output;
  private final int[] targets;
  private final boolean least;
  private final int winners;

  private Extremum(Binder binder, Value input, Value output, int[] targets, boolean least) {
    this.input = input;
    this.output = output;
    this.targets = targets;
    this.least = least;
    this.winners = binder.ints((long) binder.tile() * output.size());
  }

  static void bind(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    bind(node, binder, input, Reduction.targets(node, binder, input));
  }

  static void bindGlobal(Node node, Binder binder) {
    Value input = binder.value(node, 0);
    bind(node, binder, input, Reduction.channels(input));
  }

  private static void bind(Node node, Binder binder, Value input, int[] targets) {
    Value output = binder.define(node.outputs().get(0), input.trained());
    boolean least = node.type().equals("ReduceMin");
    binder.add(node, new Extremum(binder, input, output, targets, least));
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    float[] x = frame.data(input);
    float[] y = frame.data(output);
    int[] chosen = frame.ints[winners];
    for (int s = 0; s < frame.samples; s++) {
      int from = s * input.stride();
      int first = s * output.size();
      Arrays.fill(chosen, first, first + output.size(), NONE);
      for (int i = 0; i < targets.length; i++) {
        int winner = chosen[first + targets[i]];
        if (winner == NONE || beats(x[from + i], x[from + winner])) {
          chosen[first + targets[i]] = i;
        }
      }
      for (int o = 0; o < output.size(); o++) {
        y[s * output.stride() + o] = x[from + chosen[first + o]];
      }
    }
  }

  private boolean beats(float challenger, float winner) {
    return least ? challenger < winner : challenger > winner;
  }

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    int[] chosen = frame.ints[winners];
    for (int s = 0; s < frame.samples; s++) {
      for (int o = 0; o < output.size(); o++) {
        dx[s * input.stride() + chosen[s * output.size() + o]] += dy[s * output.stride() + o];
      }
    }
  }
}
