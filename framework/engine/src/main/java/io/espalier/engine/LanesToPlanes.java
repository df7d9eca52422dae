package io.espalier.engine;

/** Channels side by side, laid out row-major for the operators that need them so. */
final class LanesToPlanes implements Operation {
  private final LaneSource source;
  private final Value output;

  /**
   * @param output row-major
   */
  LanesToPlanes(Binder binder, LaneSource source, Value output) {
    this.source = source;
    this.output = output;
    binder.scratch(Frame.RESULT, (long) Frame.ROWS * LaneKernels.CHANNELS);
    binder.tables(source.lanes());
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public void forward(Frame frame) {
    source.begin(frame);
    float[] rows = frame.scratch[Frame.RESULT];
    for (int s = 0; s < frame.samples; s++) {
      for (int pixel = 0; pixel < source.pixels(); pixel += Frame.ROWS) {
        int count = Math.min(Frame.ROWS, source.pixels() - pixel);
        for (int b = 0; b < source.blocks(); b++) {
          int row = s * source.pixels() + pixel;
          source.copy(frame, row, count, b, rows, 0, LaneKernels.CHANNELS);
          toPlanes(rows, count, b, frame.data(output), s * output.stride() + pixel);
        }
      }
    }
  }

  private void toPlanes(float[] rows, int count, int block, float[] to, int to0) {
    int begin = block * LaneKernels.CHANNELS;
    int wanted = Math.min(LaneKernels.CHANNELS, source.channels() - begin);
    for (int l = 0; l < wanted; l++) {
      int at = to0 + (begin + l) * source.pixels();
      for (int r = 0; r < count; r++) {
        to[at + r] = rows[r * LaneKernels.CHANNELS + l];
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    source.begin(frame);
    boolean first = frame.begins(source.value());
    float[] rows = frame.scratch[Frame.RESULT];
    for (int s = 0; s < frame.samples; s++) {
      for (int pixel = 0; pixel < source.pixels(); pixel += Frame.ROWS) {
        int count = Math.min(Frame.ROWS, source.pixels() - pixel);
        for (int b = 0; b < source.blocks(); b++) {
          fromPlanes(frame.gradient(output), s * output.stride() + pixel, rows, count, b);
          int row = s * source.pixels() + pixel;
          source.beginGradients(frame);
          source.addGradients(frame, row, count, b, rows, 0, LaneKernels.CHANNELS, first);
          source.endGradients(frame, b);
        }
      }
    }
  }

  private void fromPlanes(float[] from, int from0, float[] rows, int count, int block) {
    int begin = block * LaneKernels.CHANNELS;
    for (int l = 0; l < LaneKernels.CHANNELS; l++) {
      int at = from0 + Math.min(begin + l, source.channels() - 1) * source.pixels();
      float keep = begin + l < source.channels() ? 1 : 0;
      for (int r = 0; r < count; r++) {
        rows[r * LaneKernels.CHANNELS + l] = keep * from[at + r];
      }
    }
  }
}
