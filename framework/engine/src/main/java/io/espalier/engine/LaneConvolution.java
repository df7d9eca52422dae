package io.espalier.engine;

/**
 * A convolution without bias whose batch normalisation follows, as products of matrices: each
 * output pixel is a row of terms times the weights. It loads the terms, computes and gathers
 * statistics a few rows at a time, so that all of this happens in cache; nothing but the sums is
 * written to memory.
 */
final class LaneConvolution implements Operation {
  private static final float[] ZEROS = new float[LaneKernels.CHANNELS];

  private final LaneTerms terms;
  private final NormalisedLanes output;
  private final ParameterSlot weight;
  private final int outs;
  private final int transposed;

  /**
   * @param weight as panels
   */
  LaneConvolution(Binder binder, LaneTerms terms, NormalisedLanes output, ParameterSlot weight) {
    this.terms = terms;
    this.output = output;
    this.weight = weight;
    this.outs = output.channels();
    int lanes = output.raw().lanes();
    transposed = binder.shared(terms.trained() ? (long) terms.pitch() * outs : 0);
    binder.scratch(Frame.INPUT, (long) Frame.ROWS * terms.pitch());
    binder.scratch(Frame.RESULT, (long) Frame.ROWS * terms.pitch());
    binder.scratch(Frame.GRADIENT, (long) Frame.ROWS * lanes);
    binder.tables(terms.pitch());
    binder.tables(lanes);
  }

  @Override
  public Value output() {
    return output.raw();
  }

  /** Transposes the weights, so that the way back is a product of the same kind. */
  @Override
  public void prepare(float[] weights, float[][] shared) {
    if (!terms.trained()) {
      return;
    }
    float[] to = shared[transposed];
    int lanes = LaneKernels.CHANNELS;
    int inputs = weight.rows();
    for (int panel = 0; panel < terms.pitch() / lanes; panel++) {
      int wanted = Math.min(lanes, inputs - panel * lanes);
      for (int o = 0; o < outs; o++) {
        int from = weight.offset() + (o / lanes * inputs + panel * lanes) * lanes + o % lanes;
        int at = (panel * outs + o) * lanes;
        for (int q = 0; q < wanted; q++) {
          to[at + q] = weights[from + q * lanes];
        }
      }
    }
  }

  private int rows(Frame frame) {
    return frame.samples * (output.raw().stride() / output.raw().lanes());
  }

  @Override
  public void forward(Frame frame) {
    terms.begin(frame);
    int all = rows(frame);
    for (int row = 0; row < all; row += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, all - row);
      int from = terms.load(frame, row, count);
      multiply(frame, row, count, terms.rows(frame), from);
      if (frame.training) {
        output.gather(frame, row, count, 0, output.raw().lanes() / LaneKernels.CHANNELS);
      }
    }
  }

  private void multiply(Frame frame, int row, int count, float[] a, int from) {
    float[] y = frame.data(output.raw());
    int lanes = output.raw().lanes();
    for (int j = 0; j < lanes; j += LaneKernels.CHANNELS) {
      frame
          .kernels
          .matrices()
          .multiply(
              y,
              row * lanes + j,
              lanes,
              ZEROS,
              0,
              0,
              a,
              from,
              terms.pitch(),
              frame.weights,
              weight.offset() + j * weight.rows(),
              count,
              weight.rows());
    }
  }

  @Override
  public void recall(Frame frame) {}

  @Override
  public void backward(Frame frame) {
    float[] tables = frame.scratch[Frame.OUTPUT_TABLES];
    float[] dy = frame.scratch[Frame.GRADIENT];
    int lanes = output.raw().lanes();
    output.describeGradients(frame, tables);
    terms.begin(frame);
    boolean first = terms.trained() && frame.begins(terms.value());
    int all = rows(frame);
    for (int row = 0; row < all; row += Frame.ROWS) {
      int count = Math.min(Frame.ROWS, all - row);
      for (int b = 0; b < lanes / LaneKernels.CHANNELS; b++) {
        output.rawGradients(frame, tables, row, count, b, dy, b * LaneKernels.CHANNELS, lanes);
      }
      int from = terms.load(frame, row, count);
      weightGradients(frame, count, terms.rows(frame), from, dy);
      if (terms.trained()) {
        inputGradients(frame, row, count, dy, first);
      }
    }
  }

  private void weightGradients(Frame frame, int count, float[] a, int from, float[] dy) {
    int lanes = output.raw().lanes();
    for (int j = 0; j < lanes; j += LaneKernels.CHANNELS) {
      frame
          .kernels
          .lanes()
          .transposedProduct(
              frame.weightGradients,
              weight.offset() + j * weight.rows(),
              a,
              from,
              terms.pitch(),
              weight.rows(),
              dy,
              j,
              lanes,
              count);
    }
  }

  private void inputGradients(Frame frame, int row, int count, float[] dy, boolean first) {
    float[] dx = frame.scratch[Frame.RESULT];
    for (int b = 0; b < terms.pitch() / LaneKernels.CHANNELS; b++) {
      int at = b * LaneKernels.CHANNELS;
      frame
          .kernels
          .matrices()
          .multiply(
              dx,
              0,
              LaneKernels.CHANNELS,
              ZEROS,
              0,
              0,
              dy,
              0,
              output.raw().lanes(),
              frame.shared[transposed],
              at * outs,
              count,
              outs);
      terms.addGradients(frame, row, count, b, dx, first);
    }
  }
}
