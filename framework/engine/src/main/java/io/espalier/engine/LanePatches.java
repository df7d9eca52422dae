package io.espalier.engine;

/**
 * The terms of a convolution over few channels that no gradient flows into, as the first of a
 * network: the pixels under the window, zero where it lies over the edge.
 *
 * @param value row-major
 * @param window that slides over it
 */
record LanePatches(Value value, Window window) implements LaneTerms {
  @Override
  public boolean trained() {
    return false;
  }

  @Override
  public int pitch() {
    return Kernels.padded(window.channels() * window.kernelHeight() * window.kernelWidth());
  }

  @Override
  public void begin(Frame frame) {}

  @Override
  public int load(Frame frame, int row, int count) {
    float[] to = frame.scratch[Frame.INPUT];
    for (int r = 0; r < count; r++) {
      int sample = (row + r) / window.outArea();
      int pixel = (row + r) % window.outArea();
      int top = pixel / window.outWidth() * window.strideY() - window.top();
      int left = pixel % window.outWidth() * window.strideX() - window.left();
      patch(frame.data(value), sample * value.stride(), top, left, to, r * pitch());
    }
    return 0;
  }

  private void patch(float[] image, int from, int top, int left, float[] to, int at) {
    int next = at;
    for (int c = 0; c < window.channels(); c++) {
      for (int ky = 0; ky < window.kernelHeight(); ky++) {
        int y = top + ky * window.dilationY();
        boolean inside = y >= 0 && y < window.height();
        int row = from + c * window.area() + y * window.width();
        for (int kx = 0; kx < window.kernelWidth(); kx++) {
          int x = left + kx * window.dilationX();
          to[next++] = inside && x >= 0 && x < window.width() ? image[row + x] : 0f;
        }
      }
    }
  }

  @Override
  public float[] rows(Frame frame) {
    return frame.scratch[Frame.INPUT];
  }

  @Override
  public void addGradients(
      Frame frame, int row, int count, int block, float[] from, boolean first) {
    throw new IllegalStateException("no gradient flows into '" + value.name() + "'");
  }
}
