package io.espalier.engine;

/**
 * Softmax cross-entropy from logits: {@code log(sum of exp(z)) - z[label]}, with the largest logit
 * taken off first so that nothing overflows. Exponentials are those of {@link StrictMath}, the same
 * on every machine.
 */
final class SoftmaxCrossEntropy implements Loss {
  @Override
  public double loss(float[] outputs, int at, int classes, int label, int position) {
    float largest = largest(outputs, at, classes);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp(outputs[at + c] - largest);
    }
    return StrictMath.log(sum) + largest - outputs[at + label];
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
    float largest = largest(outputs, at, classes);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double e = StrictMath.exp(outputs[at + c] - largest);
      gradient[at + c] = (float) e;
      sum += e;
    }
    float scale = (float) (weight / sum);
    for (int c = 0; c < classes; c++) {
      gradient[at + c] *= scale;
    }
    gradient[at + label] -= weight;
    return StrictMath.log(sum) + largest - outputs[at + label];
  }

  /** The class with the highest output; the first of several. */
  static int best(float[] logits, int at, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (logits[at + c] > logits[at + best]) {
        best = c;
      }
    }
    return best;
  }

  private static float largest(float[] logits, int at, int classes) {
    float largest = logits[at];
    for (int c = 1; c < classes; c++) {
      largest = Math.max(largest, logits[at + c]);
    }
    return largest;
  }
}
