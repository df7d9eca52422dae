package io.espalier.engine;

/**
 * Softmax cross-entropy against a smoothed target, see {@link LossChoice.CrossEntropy}. As the
 * target's shares add up to one, it is the plain loss plus the smoothing times how far the right
 * class's logit lies above the mean of all.
 */
final class SmoothedCrossEntropy implements Loss {
  private final double smoothing;
  private final SoftmaxCrossEntropy plain = new SoftmaxCrossEntropy();

  SmoothedCrossEntropy(double smoothing) {
    this.smoothing = smoothing;
  }

  @Override
  public double loss(float[] outputs, int at, int classes, int label) {
    return plain.loss(outputs, at, classes, label) + smoothing * lead(outputs, at, classes, label);
  }

  @Override
  public double lossAndGradient(
      float[] outputs, int at, int classes, int label, float[] gradient, float weight) {
    double loss = plain.lossAndGradient(outputs, at, classes, label, gradient, weight);
    float moved = (float) (smoothing * weight);
    float share = (float) (smoothing * weight / classes);
    for (int c = 0; c < classes; c++) {
      gradient[at + c] -= share;
    }
    gradient[at + label] += moved;
    return loss + smoothing * lead(outputs, at, classes, label);
  }

  private static double lead(float[] outputs, int at, int classes, int label) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += (double) outputs[at + label] - outputs[at + c];
    }
    return sum / classes;
  }
}
