package io.espalier.engine;

/**
 * A batch normalisation of channels that lie side by side, with the bounds that a Relu or Clip
 * after it holds its numbers to. The normalised numbers are not stored: who needs them computes
 * them from the raw ones while loading, and who has gradients of them hands these to {@link
 * LaneSource}.
 *
 * @param raw what is normalised
 * @param output stands for the normalised numbers; only their gradient, before the bounds, is
 *     stored
 * @param first position of its first channel among those of all normalisations
 * @param scale of each channel
 * @param bias of each channel
 * @param epsilon added to the variance
 * @param least bound of the normalised numbers
 * @param most bound of the normalised numbers
 */
record NormalisedLanes(
    Value raw,
    Value output,
    int first,
    ParameterSlot scale,
    ParameterSlot bias,
    double epsilon,
    float least,
    float most) {
  /** Rows whose sums single precision can hold; further ones are added in double precision. */
  private static final int ROWS = 96;

  int channels() {
    return scale.size();
  }

  /** Writes tables for all channels, without what only gradients need. */
  void describe(Frame frame, float[] tables) {
    for (int c = 0; c < channels(); c++) {
      int at = at(c);
      int channel = first + c;
      double mean = frame.moments.running().mean(channel);
      double deviation;
      if (frame.training) {
        mean = frame.moments.mean(channel);
        deviation = frame.moments.deviation(channel);
      } else {
        deviation = Math.sqrt(frame.moments.running().variance(channel) + epsilon);
      }
      tables[at] = (float) mean;
      tables[at + LaneKernels.FACTOR] = (float) (frame.weights[scale.offset() + c] / deviation);
      tables[at + LaneKernels.SHIFT] = frame.weights[bias.offset() + c];
    }
    for (int c = channels(); c < raw.lanes(); c++) {
      tables[at(c)] = 0;
      tables[at(c) + LaneKernels.FACTOR] = 0;
      tables[at(c) + LaneKernels.SHIFT] = 0;
    }
  }

  /** Writes whole tables for all channels, once the gradients of all samples are gathered. */
  void describeGradients(Frame frame, float[] tables) {
    describe(frame, tables);
    for (int c = 0; c < raw.lanes(); c++) {
      int channel = first + Math.min(c, channels() - 1);
      tables[at(c) + LaneKernels.SLOPE] = (float) frame.moments.slope(channel);
      tables[at(c) + LaneKernels.PRODUCT] =
          (float) (frame.moments.product(channel) / frame.moments.deviation(channel));
    }
  }

  private static int at(int channel) {
    return channel / LaneKernels.CHANNELS * LaneKernels.TABLE + channel % LaneKernels.CHANNELS;
  }

  /** Adds raw rows of some blocks of channels to the batch's statistics. */
  void gather(Frame frame, int row, int rows, int block, int blocks) {
    float[] sums = frame.scratch[Frame.SUMS];
    for (int r = row; r < row + rows; r += ROWS) {
      int count = Math.min(ROWS, row + rows - r);
      for (int b = block; b < block + blocks; b++) {
        int channel = b * LaneKernels.CHANNELS;
        int from = r * raw.lanes() + channel;
        frame.kernels.lanes().moments(frame.data(raw), from, raw.lanes(), count, sums, 0);
        int wanted = Math.min(LaneKernels.CHANNELS, channels() - channel);
        frame.moments.gatherLanes(frame.group, first + channel, wanted, sums, count);
      }
    }
  }

  /** Gradients of raw rows of one block, from those of the output. */
  void rawGradients(
      Frame frame, float[] tables, int row, int rows, int block, float[] to, int to0, int toPitch) {
    int from = row * raw.lanes() + block * LaneKernels.CHANNELS;
    frame
        .kernels
        .lanes()
        .inputGradients(
            frame.data(raw),
            from,
            raw.lanes(),
            frame.gradient(output),
            from,
            raw.lanes(),
            to,
            to0,
            toPitch,
            rows,
            tables,
            block * LaneKernels.TABLE);
  }
}
