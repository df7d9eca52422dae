package io.espalier.engine;

/**
 * The terms of a convolution of 1x1: the pixels themselves.
 *
 * @param source of the pixels
 */
record LanePixels(LaneSource source) implements LaneTerms {
  @Override
  public Value value() {
    return source.value();
  }

  @Override
  public boolean trained() {
    return source.value().trained();
  }

  @Override
  public int pitch() {
    return source.lanes();
  }

  @Override
  public void begin(Frame frame) {
    source.begin(frame);
  }

  @Override
  public int load(Frame frame, int row, int count) {
    return source.load(frame, row, count);
  }

  @Override
  public float[] rows(Frame frame) {
    return source.rows(frame);
  }

  @Override
  public void addGradients(
      Frame frame, int row, int count, int block, float[] from, boolean first) {
    source.beginGradients(frame);
    source.addGradients(frame, row, count, block, from, 0, LaneKernels.CHANNELS, first);
    source.endGradients(frame, block);
  }
}
