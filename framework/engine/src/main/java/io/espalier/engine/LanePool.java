package io.espalier.engine;

/** The mean of each channel over all pixels, of channels that lie side by side. */
final class LanePool implements Operation {
  private final LaneSource source;
  private final Value output;

  /**
   * @param output row-major
   */
  LanePool(Binder binder, LaneSource source, Value output) {
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
    float[] y = frame.data(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int c = 0; c < source.channels(); c++) {
        y[s * output.stride() + c] = 0;
      }
      for (int pixel = 0; pixel < source.pixels(); pixel += Frame.ROWS) {
        int count = Math.min(Frame.ROWS, source.pixels() - pixel);
        for (int b = 0; b < source.blocks(); b++) {
          sum(frame, s, pixel, count, b, y);
        }
      }
    }
  }

  private void sum(Frame frame, int sample, int pixel, int count, int block, float[] y) {
    float[] rows = frame.scratch[Frame.RESULT];
    int row = sample * source.pixels() + pixel;
    source.copy(frame, row, count, block, rows, 0, LaneKernels.CHANNELS);
    int begin = block * LaneKernels.CHANNELS;
    int wanted = Math.min(LaneKernels.CHANNELS, source.channels() - begin);
    for (int l = 0; l < wanted; l++) {
      float sum = 0;
      for (int r = 0; r < count; r++) {
        sum += rows[r * LaneKernels.CHANNELS + l];
      }
      y[sample * output.stride() + begin + l] += sum / source.pixels();
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    source.begin(frame);
    boolean first = frame.begins(source.value());
    float[] dy = frame.gradient(output);
    float[] rows = frame.scratch[Frame.RESULT];
    for (int s = 0; s < frame.samples; s++) {
      for (int pixel = 0; pixel < source.pixels(); pixel += Frame.ROWS) {
        int count = Math.min(Frame.ROWS, source.pixels() - pixel);
        for (int b = 0; b < source.blocks(); b++) {
          spread(dy, s, b, rows, count);
          int row = s * source.pixels() + pixel;
          source.beginGradients(frame);
          source.addGradients(frame, row, count, b, rows, 0, LaneKernels.CHANNELS, first);
          source.endGradients(frame, b);
        }
      }
    }
  }

  private void spread(float[] dy, int sample, int block, float[] rows, int count) {
    int begin = block * LaneKernels.CHANNELS;
    for (int l = 0; l < LaneKernels.CHANNELS; l++) {
      boolean wanted = begin + l < source.channels();
      float share = wanted ? dy[sample * output.stride() + begin + l] / source.pixels() : 0;
      for (int r = 0; r < count; r++) {
        rows[r * LaneKernels.CHANNELS + l] = share;
      }
    }
  }
}
