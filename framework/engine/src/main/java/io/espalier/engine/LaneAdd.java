package io.espalier.engine;

/** The sum of two values whose channels lie side by side. */
final class LaneAdd implements Operation {
  private final LaneSource left;
  private final LaneSource right;
  private final Value output;

  LaneAdd(Binder binder, LaneSource left, LaneSource right, Value output) {
    this.left = left;
    this.right = right;
    this.output = output;
    binder.scratch(Frame.RESULT, (long) Frame.ROWS * LaneKernels.CHANNELS);
    binder.tables(output.lanes());
  }

  @Override
  public Value output() {
    return output;
  }

  private int rows(Frame frame) {
    return frame.samples * left.pixels();
  }

  @Override
  public void forward(Frame frame) {
    int lanes = output.lanes();
    float[] sum = frame.data(output);
    float[] other = frame.scratch[Frame.RESULT];
    left.begin(frame);
    for (int row = 0; row < rows(frame); row += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, rows(frame) - row);
      for (int b = 0; b < left.blocks(); b++) {
        left.copy(frame, row, count, b, sum, row * lanes + b * LaneKernels.CHANNELS, lanes);
      }
    }
    right.begin(frame);
    for (int row = 0; row < rows(frame); row += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, rows(frame) - row);
      for (int b = 0; b < left.blocks(); b++) {
        right.copy(frame, row, count, b, other, 0, LaneKernels.CHANNELS);
        add(other, sum, row * lanes + b * LaneKernels.CHANNELS, lanes, count);
      }
    }
  }

  private static void add(float[] from, float[] to, int to0, int pitch, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < LaneKernels.CHANNELS; l++) {
        to[to0 + r * pitch + l] += from[r * LaneKernels.CHANNELS + l];
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    backward(frame, left);
    backward(frame, right);
  }

  private void backward(Frame frame, LaneSource source) {
    if (!source.value().trained()) {
      return;
    }
    source.begin(frame);
    boolean first = frame.begins(source.value());
    int lanes = output.lanes();
    for (int row = 0; row < rows(frame); row += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, rows(frame) - row);
      for (int b = 0; b < source.blocks(); b++) {
        int from = row * lanes + b * LaneKernels.CHANNELS;
        source.beginGradients(frame);
        source.addGradients(frame, row, count, b, frame.gradient(output), from, lanes, first);
        source.endGradients(frame, b);
      }
    }
  }
}
