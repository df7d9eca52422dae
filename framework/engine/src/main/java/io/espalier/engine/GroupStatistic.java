package io.espalier.engine;

/**
 * A further output of ONNX LayerNormalization: the mean of each group of neighbouring elements, or
 * the factor that brings a group to variance 1.
 *
 * @param length elements of a group
 * @param means reservation of the groups' means
 * @param factors reservation of the groups' factors
 * @param factor whether the output is the factors, not the means
 */
record GroupStatistic(Value input, Value output, int length, int means, int factors, boolean factor)
    implements Operation {
  @Override
  public void forward(Frame frame) {
    float[] from = frame.floats[factor ? factors : means];
    for (int s = 0; s < frame.samples; s++) {
      System.arraycopy(
          from, s * output.size(), frame.data(output), s * output.stride(), output.size());
    }
  }

  /** A mean moves by a share of what an element does, a factor by its third power's. */
  @Override
  public void backward(Frame frame) {
    float[] dx = frame.accumulate(input);
    float[] dy = frame.gradient(output);
    for (int s = 0; s < frame.samples; s++) {
      for (int g = 0; g < output.size(); g++) {
        float by = dy[s * output.stride() + g] / length;
        int group = s * output.size() + g;
        int from = s * input.stride() + g * length;
        if (factor) {
          addOfFactor(frame, dx, by, group, from);
        } else {
          for (int i = from; i < from + length; i++) {
            dx[i] += by;
          }
        }
      }
    }
  }

  private void addOfFactor(Frame frame, float[] dx, float by, int group, int from) {
    float[] x = frame.data(input);
    float mean = frame.floats[means][group];
    float power = frame.floats[factors][group];
    power *= power * power;
    for (int i = from; i < from + length; i++) {
      dx[i] -= by * (x[i] - mean) * power;
    }
  }
}
