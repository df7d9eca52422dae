package io.espalier.engine;

/** A row-major value, laid out with its channels side by side. */
final class PlanesToLanes implements Operation {
  private final Value input;
  private final Value output;
  private final int channels;
  private final int pixels;

  PlanesToLanes(Value input, Value output) {
    this.input = input;
    this.output = output;
    channels = Math.toIntExact(input.shape().dim(0));
    pixels = input.size() / channels;
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
      for (int c = 0; c < channels; c++) {
        int from = s * input.stride() + c * pixels;
        int to = s * output.stride() + c;
        for (int p = 0; p < pixels; p++) {
          y[to + p * output.lanes()] = x[from + p];
        }
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int c = 0; c < channels; c++) {
        int to = s * input.stride() + c * pixels;
        int from = s * output.stride() + c;
        for (int p = 0; p < pixels; p++) {
          dx[to + p] += dy[from + p * output.lanes()];
        }
      }
    }
  }
}
