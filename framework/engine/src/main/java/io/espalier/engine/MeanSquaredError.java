package io.espalier.engine;

/** See {@link LossChoice.MeanSquaredError}. */
final class MeanSquaredError implements Loss {
  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double off = outputs[at + c] - (c == label ? 1.0 : 0.0);
      sum += off * off;
    }
    return sum / classes;
  }

  @Override
  public double lossAndGradient(
      float[] outputs,
      int at,
      int classes,
      int label,
      int position,
      float[] gradient,
      float weight) {
    float scale = 2 * weight / classes;
    for (int c = 0; c < classes; c++) {
      gradient[at + c] = scale * (outputs[at + c] - (c == label ? 1f : 0f));
    }
    return loss(outputs, at, classes, label, position);
  }
}
