package io.espalier.engine;

/**
 * See {@link LossChoice.Distillation}. With the logits {@code z} of the student, {@code v} of the
 * teacher, {@code p = softmax(z / T)} and {@code q = softmax(v / T)} the second part is {@code T^2
 * sum q (log q - log p)}, whose gradient over {@code z} is {@code T (p - q)}.
 */
final class Distillation implements Loss {
  private final Loss hard;
  private final Teacher teacher;
  private final double temperature;
  private final double alpha;

  /**
   * @param hard loss against the labels
   */
  Distillation(Loss hard, Teacher teacher, double temperature, double alpha) {
    this.hard = hard;
    this.teacher = teacher;
    this.temperature = temperature;
    this.alpha = alpha;
  }

  @Override
  public void prepare(int[] samples, int first, int count) {
    teacher.look(samples, first, count);
  }

  @Override
  public double share(int label) {
    return hard.share(label);
  }

  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    return (1 - alpha) * hard.loss(outputs, at, classes, label, position)
        + alpha * share(label) * divergence(outputs, at, classes, position);
  }

  private double divergence(float[] outputs, int at, int classes, int position) {
    float[] taught = teacher.logits();
    int from = position * classes;
    double ownSum = logSum(outputs, at, classes);
    double taughtSum = logSum(taught, from, classes);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double q = taught[from + c] / temperature - taughtSum;
      double p = outputs[at + c] / temperature - ownSum;
      sum += StrictMath.exp(q) * (q - p);
    }
    return temperature * temperature * sum;
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
    double loss =
        hard.lossAndGradient(
            outputs, at, classes, label, position, gradient, (float) (weight * (1 - alpha)));
    float[] taught = teacher.logits();
    int from = position * classes;
    double ownSum = logSum(outputs, at, classes);
    double taughtSum = logSum(taught, from, classes);
    double factor = weight * alpha * temperature * share(label);
    for (int c = 0; c < classes; c++) {
      double q = StrictMath.exp(taught[from + c] / temperature - taughtSum);
      double p = StrictMath.exp(outputs[at + c] / temperature - ownSum);
      gradient[at + c] += (float) (factor * (p - q));
    }
    return (1 - alpha) * loss + alpha * share(label) * divergence(outputs, at, classes, position);
  }

  /** {@code log(sum of exp(z / T))}, in which nothing overflows. */
  private double logSum(float[] z, int at, int classes) {
    double largest = z[at];
    for (int c = 1; c < classes; c++) {
      largest = Math.max(largest, z[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp((z[at + c] - largest) / temperature);
    }
    return StrictMath.log(sum) + largest / temperature;
  }
}
