package io.espalier.engine;

/**
 * Cross-entropy from probabilities: {@code -log(p[label])}. Its gradient, {@code -1 / p[label]},
 * gives through a Softmax the same as the loss from logits would. A probability below the smallest
 * normal float counts as that; where it is zero, the Softmax passes no gradient on, which is why
 * logits are the better output to train on.
 */
final class ProbabilityCrossEntropy implements Loss {
  @Override
  public double loss(float[] outputs, int at, int classes, int label) {
    return -StrictMath.log(Math.max(outputs[at + label], Float.MIN_NORMAL));
  }

  @Override
  public double lossAndGradient(
      float[] outputs, int at, int classes, int label, float[] gradient, float weight) {
    for (int c = 0; c < classes; c++) {
      gradient[at + c] = 0;
    }
    gradient[at + label] = -weight / Math.max(outputs[at + label], Float.MIN_NORMAL);
    return loss(outputs, at, classes, label);
  }
}
