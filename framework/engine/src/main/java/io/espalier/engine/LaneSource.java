package io.espalier.engine;

import java.util.Arrays;
import java.util.Optional;

/**
 * An input whose channels lie side by side: a stored value, or a normalisation that is computed
 * while loading.
 *
 * @param value whose gradient this is
 * @param data what is stored
 * @param normalised how the input comes of it; empty if it is what is stored
 */
record LaneSource(Value value, Value data, Optional<NormalisedLanes> normalised) {
  static LaneSource of(Value value) {
    return new LaneSource(value, value, Optional.empty());
  }

  static LaneSource of(NormalisedLanes normalised) {
    return new LaneSource(normalised.output(), normalised.raw(), Optional.of(normalised));
  }

  int lanes() {
    return data.lanes();
  }

  int blocks() {
    return data.lanes() / LaneKernels.CHANNELS;
  }

  int channels() {
    return Math.toIntExact(data.shape().dim(0));
  }

  /** Rows of one sample. */
  int pixels() {
    return data.size() / channels();
  }

  /** Before the first row of a tile is loaded. */
  void begin(Frame frame) {
    if (normalised.isPresent()) {
      normalised.get().describe(frame, frame.scratch[Frame.INPUT_TABLES]);
    }
  }

  /** Copies rows of one block of channels. */
  void copy(Frame frame, int row, int rows, int block, float[] to, int to0, int toPitch) {
    float[] from = frame.data(data);
    int from0 = row * lanes() + block * LaneKernels.CHANNELS;
    if (normalised.isPresent()) {
      NormalisedLanes own = normalised.get();
      frame
          .kernels
          .lanes()
          .normalise(
              from,
              from0,
              lanes(),
              to,
              to0,
              toPitch,
              rows,
              frame.scratch[Frame.INPUT_TABLES],
              block * LaneKernels.TABLE,
              own.least(),
              own.most());
      return;
    }
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, from0 + r * lanes(), to, to0 + r * toPitch, LaneKernels.CHANNELS);
    }
  }

  /** Where rows lie that {@link #load} has loaded. */
  float[] rows(Frame frame) {
    return normalised.isPresent() ? frame.scratch[Frame.INPUT] : frame.data(data);
  }

  /** Makes whole rows ready; gives the position of the first, the others follow it. */
  int load(Frame frame, int row, int rows) {
    if (normalised.isEmpty()) {
      return row * lanes();
    }
    for (int b = 0; b < blocks(); b++) {
      int to = b * LaneKernels.CHANNELS;
      copy(frame, row, rows, b, frame.scratch[Frame.INPUT], to, lanes());
    }
    return 0;
  }

  /**
   * Adds gradients to rows of one block of channels.
   *
   * @param first whether nothing has been added to these before
   */
  void addGradients(
      Frame frame,
      int row,
      int rows,
      int block,
      float[] from,
      int from0,
      int fromPitch,
      boolean first) {
    float[] to = frame.gradient(value);
    int to0 = row * lanes() + block * LaneKernels.CHANNELS;
    if (normalised.isEmpty()) {
      for (int r = 0; r < rows; r++) {
        add(from, from0 + r * fromPitch, to, to0 + r * lanes(), first ? 0 : 1);
      }
      return;
    }
    if (first) {
      clip(frame, row, rows, block, from, from0, fromPitch, to, to0, lanes());
      return;
    }
    float[] clipped = frame.scratch[Frame.CLIPPED];
    clip(frame, row, rows, block, from, from0, fromPitch, clipped, 0, LaneKernels.CHANNELS);
    for (int r = 0; r < rows; r++) {
      add(clipped, r * LaneKernels.CHANNELS, to, to0 + r * lanes(), 1);
    }
  }

  private static void add(float[] from, int from0, float[] to, int to0, int keep) {
    if (keep == 0) {
      System.arraycopy(from, from0, to, to0, LaneKernels.CHANNELS);
      return;
    }
    for (int l = 0; l < LaneKernels.CHANNELS; l++) {
      to[to0 + l] += from[from0 + l];
    }
  }

  private void clip(
      Frame frame,
      int row,
      int rows,
      int block,
      float[] from,
      int from0,
      int fromPitch,
      float[] to,
      int to0,
      int toPitch) {
    NormalisedLanes own = normalised.orElseThrow();
    frame
        .kernels
        .lanes()
        .clipGradients(
            frame.data(data),
            row * lanes() + block * LaneKernels.CHANNELS,
            lanes(),
            from,
            from0,
            fromPitch,
            to,
            to0,
            toPitch,
            rows,
            frame.scratch[Frame.INPUT_TABLES],
            block * LaneKernels.TABLE,
            own.least(),
            own.most(),
            frame.scratch[Frame.SUMS],
            0);
  }

  /** Before gradients of a block are added that {@link #endGradients} then sums. */
  void beginGradients(Frame frame) {
    Arrays.fill(frame.scratch[Frame.SUMS], 0f);
  }

  /** Hands the sums of the gradients of a block to the normalisation. */
  void endGradients(Frame frame, int block) {
    if (normalised.isEmpty()) {
      return;
    }
    NormalisedLanes own = normalised.get();
    float[] sums = frame.scratch[Frame.SUMS];
    int begin = block * LaneKernels.CHANNELS;
    int count = Math.min(LaneKernels.CHANNELS, channels() - begin);
    for (int l = 0; l < count; l++) {
      int channel = own.first() + begin + l;
      double slope = sums[l];
      double product = sums[LaneKernels.CHANNELS + l] / frame.moments.deviation(channel);
      frame.moments.gatherGradients(frame.group, channel, slope, product);
      frame.weightGradients[own.bias().offset() + begin + l] += (float) slope;
      frame.weightGradients[own.scale().offset() + begin + l] += (float) product;
    }
  }
}
