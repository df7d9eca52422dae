package io.espalier.engine;

import java.util.Arrays;

/**
 * A depthwise convolution without bias whose batch normalisation follows. One block of channels of
 * one image at a time is spread with its padding in cache; vectors run across the channels, so that
 * no tap is misaligned and small images cost no more than large ones. Gradients of inputs are a
 * convolution too: of the outputs' gradients, as far apart as the window moves, with the window
 * turned by half a turn.
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
  private final int[] turned;
  private final int gradientWidth;
  private final int gradientSpread;
  private final int firstGradient;
  private final int firstTurned;

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
    int down = (window.kernelHeight() - 1) * window.dilationY();
    int across = (window.kernelWidth() - 1) * window.dilationX();
    int above = down - window.top();
    int left = across - window.left();
    gradientWidth = length(left, window.width() + across, window.outWidth(), window.strideX());
    int rows = length(above, window.height() + down, window.outHeight(), window.strideY());
    gradientSpread = rows * gradientWidth * LANES;
    firstGradient = (Math.max(0, above) * gradientWidth + Math.max(0, left)) * LANES;
    firstTurned = (Math.max(0, -above) * gradientWidth + Math.max(0, -left)) * LANES;
    turned = new int[taps.length];
    for (int t = 0; t < taps.length; t++) {
      int y = down - t / window.kernelWidth() * window.dilationY();
      int x = across - t % window.kernelWidth() * window.dilationX();
      turned[t] = (y * gradientWidth + x) * LANES;
    }
    binder.scratch(Frame.INPUT, spread);
    binder.scratch(Frame.RESULT, (long) window.area() * LANES);
    binder.scratch(Frame.GRADIENT, gradientSpread);
    binder.tables(source.lanes());
  }

  /**
   * Length of an axis along which gradients are spread.
   *
   * @param before the first of them, or by how much the first is cut off if negative
   * @param read how far the turned window reaches
   */
  private static int length(int before, int read, int outputs, int stride) {
    int last = Math.max(0, before) + (outputs - 1) * stride;
    return Math.max(last + 1, read + Math.max(0, -before));
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
    Arrays.fill(dy, 0, gradientSpread, 0f);
    for (int s = 0; s < frame.samples; s++) {
      for (int b = 0; b < source.blocks(); b++) {
        outputGradients(frame, tables, s, b, dy);
        weightGradients(frame, s, b, dy);
        if (trained) {
          inputGradients(frame, s, b, dy, first);
        }
      }
    }
  }

  private int gradientRow() {
    return window.strideY() * gradientWidth * LANES;
  }

  private void outputGradients(Frame frame, float[] tables, int sample, int block, float[] dy) {
    for (int y = 0; y < window.outHeight(); y++) {
      int row = sample * window.outArea() + y * window.outWidth();
      int to = firstGradient + y * gradientRow();
      output.rawGradients(frame, tables, row, window.outWidth(), block, dy, to, columnStep());
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
            firstGradient,
            gradientRow(),
            columnStep(),
            window.outHeight(),
            window.outWidth());
  }

  private void inputGradients(Frame frame, int sample, int block, float[] dy, boolean first) {
    float[] dx = frame.scratch[Frame.RESULT];
    frame
        .kernels
        .lanes()
        .taps(
            dy,
            firstTurned,
            gradientWidth * LANES,
            LANES,
            turned,
            frame.weights,
            weights(block),
            dx,
            0,
            LANES,
            window.height(),
            window.width());
    source.beginGradients(frame);
    for (int pixel = 0; pixel < window.area(); pixel += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, window.area() - pixel);
      int row = sample * window.area() + pixel;
      source.addGradients(frame, row, count, block, dx, pixel * LANES, LANES, first);
    }
    source.endGradients(frame, block);
  }
}
