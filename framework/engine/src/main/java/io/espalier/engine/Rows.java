package io.espalier.engine;

import java.util.Arrays;

/**
 * The last axis of a value as rows for the kernels. Where rows of a sample do not lie as the
 * kernels need them, they are copied to and from buffers in which they do.
 *
 * @param value whose rows these are
 * @param perSample rows of one sample
 * @param width floats of a row
 * @param stride floats from one row to the next, as the kernels see them
 * @param data reserved for copies of the values
 * @param gradient reserved for copies of the gradients
 */
record Rows(Value value, int perSample, int width, int stride, int data, int gradient) {
  static Rows of(Binder binder, Value value, int width) {
    int perSample = value.size() / width;
    int stride = Kernels.padded(width);
    boolean direct = perSample == 1 || width == stride;
    long floats = direct ? 0 : (long) binder.tile() * perSample * stride;
    return new Rows(
        value,
        perSample,
        width,
        stride,
        binder.floats(floats),
        binder.floats(value.trained() ? floats : 0));
  }

  private boolean direct() {
    return perSample == 1 || width == stride;
  }

  int count(Frame frame) {
    return frame.samples * perSample;
  }

  /** Where each row of a tile starts. */
  int[] starts(int tile) {
    int[] starts = new int[tile * perSample];
    Arrays.setAll(starts, i -> i * stride);
    return starts;
  }

  /** The rows, as they were last loaded or are to be stored. */
  float[] data(Frame frame) {
    return direct() ? frame.data(value) : frame.floats[data];
  }

  /** The rows of the value's data. */
  float[] load(Frame frame) {
    return load(frame, frame.data(value), data(frame));
  }

  /** The rows of the value's gradient. */
  float[] loadGradient(Frame frame) {
    return direct()
        ? frame.gradient(value)
        : load(frame, frame.gradient(value), frame.floats[gradient]);
  }

  private float[] load(Frame frame, float[] from, float[] rows) {
    if (!direct()) {
      for (int r = 0; r < count(frame); r++) {
        System.arraycopy(from, position(r), rows, r * stride, width);
      }
    }
    return rows;
  }

  /** Where the value keeps a row. */
  private int position(int row) {
    return row / perSample * value.stride() + row % perSample * width;
  }

  /** Rows of zeros, to be computed and then stored. */
  float[] clear(Frame frame) {
    float[] rows = data(frame);
    Arrays.fill(rows, 0, count(frame) * stride, 0f);
    return rows;
  }

  /** Makes the rows the value's data. */
  void store(Frame frame) {
    if (!direct()) {
      for (int r = 0; r < count(frame); r++) {
        System.arraycopy(frame.floats[data], r * stride, frame.data(value), position(r), width);
      }
    }
  }

  /** Rows to which a gradient is added, before {@link #addGradient}. */
  float[] gradientRows(Frame frame) {
    if (direct()) {
      return frame.accumulate(value);
    }
    Arrays.fill(frame.floats[gradient], 0, count(frame) * stride, 0f);
    return frame.floats[gradient];
  }

  /** Adds the rows to the value's gradient. */
  void addGradient(Frame frame) {
    if (direct()) {
      return;
    }
    float[] rows = frame.floats[gradient];
    float[] to = frame.accumulate(value);
    for (int r = 0; r < count(frame); r++) {
      int at = position(r);
      for (int i = 0; i < width; i++) {
        to[at + i] += rows[r * stride + i];
      }
    }
  }
}
