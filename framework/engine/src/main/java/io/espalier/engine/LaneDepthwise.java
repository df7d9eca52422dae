package io.espalier.engine;

import java.util.Arrays;

/**
 * A depthwise convolution without bias whose batch normalisation follows. One block of channels of
 * one image at a time is spread with its padding in cache; vectors run across the channels, so that
 * no tap is misaligned and small images cost no more than large ones.
 */
final class LaneDepthwise implements Operation {
  private static final int LANES = LaneKernels.CHANNELS;

  private final LaneSource source;
  private final NormalisedLanes output;
  private final ParameterSlot weight;
  private final Window window;
  private final int[] taps;
  private final int paddedWidth;
  private final int spread;

  /**
   * @param weight as panels
   */
  LaneDepthwise(
      Binder binder,
      LaneSource source,
      NormalisedLanes output,
      ParameterSlot weight,
      Window window) {
    this.source = source;
    this.output = output;
    this.weight = weight;
    this.window = window;
    paddedWidth = window.width() + window.left() + window.right();
    spread = (window.height() + window.top() + window.bottom()) * paddedWidth * LANES;
    taps = new int[window.kernelHeight() * window.kernelWidth()];
    for (int t = 0; t < taps.length; t++) {
      int y = t / window.kernelWidth() * window.dilationY();
      int x = t % window.kernelWidth() * window.dilationX();
      taps[t] = (y * paddedWidth + x) * LANES;
    }
    binder.scratch(Frame.INPUT, spread);
    binder.scratch(Frame.RESULT, spread);
    binder.scratch(Frame.GRADIENT, (long) window.outArea() * LANES);
    binder.scratch(Frame.CLIPPED, (long) window.width() * LANES);
    binder.tables(source.lanes());
  }

  @Override
  public Value output() {
    return output.raw();
  }

  private int rowStep() {
    return window.strideY() * paddedWidth * LANES;
  }

  private int columnStep() {
    return window.strideX() * LANES;
  }

  private int weights(int block) {
    return weight.offset() + block * taps.length * LANES;
  }

  /** Position of an image's row among those with padding. */
  private int spreadRow(int y) {
    return ((y + window.top()) * paddedWidth + window.left()) * LANES;
  }

  private void spread(Frame frame, int sample, int block) {
    for (int y = 0; y < window.height(); y++) {
      int row = sample * window.area() + y * window.width();
      float[] to = frame.scratch[Frame.INPUT];
      source.copy(frame, row, window.width(), block, to, spreadRow(y), LANES);
    }
  }

  @Override
  public void forward(Frame frame) {
    source.begin(frame);
    float[] x = frame.scratch[Frame.INPUT];
    Arrays.fill(x, 0, spread, 0f);
    int lanes = output.raw().lanes();
    for (int s = 0; s < frame.samples; s++) {
      int row = s * window.outArea();
      for (int b = 0; b < source.blocks(); b++) {
        spread(frame, s, b);
        frame
            .kernels
            .lanes()
            .taps(
                x,
                0,
                rowStep(),
                columnStep(),
                taps,
                frame.weights,
                weights(b),
                frame.data(output.raw()),
                row * lanes + b * LANES,
                lanes,
                window.outHeight(),
                window.outWidth());
        if (frame.training) {
          output.gather(frame, row, window.outArea(), b, 1);
        }
      }
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] tables = frame.scratch[Frame.OUTPUT_TABLES];
    float[] dy = frame.scratch[Frame.GRADIENT];
    output.describeGradients(frame, tables);
    source.begin(frame);
    boolean trained = source.value().trained();
    boolean first = trained && frame.begins(source.value());
    Arrays.fill(frame.scratch[Frame.INPUT], 0, spread, 0f);
    int rows = window.outArea();
    for (int s = 0; s < frame.samples; s++) {
      for (int b = 0; b < source.blocks(); b++) {
        output.rawGradients(frame, tables, s * rows, rows, b, dy, 0, LANES);
        weightGradients(frame, s, b, dy);
        if (trained) {
          inputGradients(frame, s, b, dy, first);
        }
      }
    }
  }

  private void weightGradients(Frame frame, int sample, int block, float[] dy) {
    spread(frame, sample, block);
    frame
        .kernels
        .lanes()
        .tapWeights(
            frame.scratch[Frame.INPUT],
            0,
            rowStep(),
            columnStep(),
            taps,
            frame.weightGradients,
            weights(block),
            dy,
            window.outHeight(),
            window.outWidth());
  }

  private void inputGradients(Frame frame, int sample, int block, float[] dy, boolean first) {
    float[] dx = frame.scratch[Frame.RESULT];
    Arrays.fill(dx, 0, spread, 0f);
    frame
        .kernels
        .lanes()
        .tapInputs(
            dx,
            0,
            rowStep(),
            columnStep(),
            taps,
            frame.weights,
            weights(block),
            dy,
            window.outHeight(),
            window.outWidth());
    source.beginGradients(frame);
    for (int y = 0; y < window.height(); y++) {
      int row = sample * window.area() + y * window.width();
      source.addGradients(frame, row, window.width(), block, dx, spreadRow(y), LANES, first);
    }
    source.endGradients(frame, block);
  }
}
