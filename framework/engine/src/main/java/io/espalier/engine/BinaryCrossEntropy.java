package io.espalier.engine;

/**
 * See {@link LossChoice.BinaryCrossEntropy}. With logit {@code z} and target {@code t} the loss is
 * {@code max(z, 0) - t z + log(1 + exp(-|z|))}, in which nothing overflows.
 */
final class BinaryCrossEntropy implements Loss {
  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double z = outputs[at + c];
      double linear = Math.max(z, 0) - (c == label ? z : 0);
      sum += linear + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
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
    double scale = weight / (double) classes;
    for (int c = 0; c < classes; c++) {
      double e = StrictMath.exp(-Math.abs(outputs[at + c]));
      double sigmoid = (outputs[at + c] < 0 ? e : 1) / (1 + e);
      gradient[at + c] = (float) (scale * (sigmoid - (c == label ? 1 : 0)));
    }
    return loss(outputs, at, classes, label, position);
  }
}
