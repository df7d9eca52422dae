package io.espalier.engine;

/**
 * Cross-entropy from probabilities: {@code -log(p[label])}, times the class's weight. Its gradient,
 * {@code -1 / p[label]}, gives through a Softmax the same as the loss from logits would. A
 * probability below the smallest normal float counts as that; where it is zero, the Softmax passes
 * no gradient on, which is why logits are the better output to train on.
 */
final class ProbabilityCrossEntropy implements Loss {
  private final double[] weights;

  /**
   * @param weights of the classes, above 0
   */
  ProbabilityCrossEntropy(double[] weights) {
    this.weights = weights.clone();
  }

  @Override
  public double share(int label) {
    return weights[label];
  }

  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    return -weights[label] * StrictMath.log(Math.max(outputs[at + label], Float.MIN_NORMAL));
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
    for (int c = 0; c < classes; c++) {
      gradient[at + c] = 0;
    }
    gradient[at + label] =
        (float) (-weights[label] * weight / Math.max(outputs[at + label], Float.MIN_NORMAL));
    return loss(outputs, at, classes, label, position);
  }
}
