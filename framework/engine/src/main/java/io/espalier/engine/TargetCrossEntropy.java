package io.espalier.engine;

/**
 * Softmax cross-entropy against a target that is spread over the classes: {@code sum t[c] (log(sum
 * of exp(z)) - z[c])}. The target is that of {@link LossChoice.CrossEntropy} with label smoothing,
 * class weights or both, in the form of PyTorch: with weights {@code w}, smoothing {@code s} and
 * {@code n} classes, the right class has {@code (1 - s) w[label]}, and every class {@code s w[c] /
 * n} besides. A sample counts {@code w[label]} in the mean.
 */
final class TargetCrossEntropy implements Loss {
  private final double smoothing;
  private final double[] weights;
  private final double spread;
  private final SoftmaxCrossEntropy plain = new SoftmaxCrossEntropy();

  /**
   * @param smoothing 0 to below 1
   * @param weights of the classes, above 0
   */
  TargetCrossEntropy(double smoothing, double[] weights) {
    this.smoothing = smoothing;
    this.weights = weights.clone();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    spread = smoothing * sum / weights.length;
  }

  @Override
  public double share(int label) {
    return weights[label];
  }

  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    double right = (1 - smoothing) * weights[label];
    double loss = (right + spread) * plain.loss(outputs, at, classes, label, position);
    return smoothing == 0 ? loss : loss + behind(outputs, at, classes, label);
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
    double right = (1 - smoothing) * weights[label];
    float all = (float) (weight * (right + spread));
    double loss =
        (right + spread)
            * plain.lossAndGradient(outputs, at, classes, label, position, gradient, all);
    if (smoothing == 0) {
      return loss;
    }
    for (int c = 0; c < classes; c++) {
      gradient[at + c] -= (float) (weight * smoothing * weights[c] / classes);
    }
    gradient[at + label] += (float) (weight * spread);
    return loss + behind(outputs, at, classes, label);
  }

  /** What the spread part of the target costs more than if all of it lay on the right class. */
  private double behind(float[] outputs, int at, int classes, int label) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += weights[c] * ((double) outputs[at + label] - outputs[at + c]);
    }
    return smoothing * sum / classes;
  }
}
