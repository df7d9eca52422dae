package io.espalier.engine;

import java.util.Map;

/** See {@link OptimizerChoice.Adam}. */
final class AdamOptimizer implements Optimizer {
  private final OptimizerChoice.Adam choice;
  private final float[] first;
  private final float[] second;

  AdamOptimizer(OptimizerChoice.Adam choice, int length) {
    this.choice = choice;
    this.first = new float[length];
    this.second = new float[length];
  }

  @Override
  public Map<String, float[]> state() {
    return Map.of("adam.m", first, "adam.v", second);
  }

  @Override
  public void update(
      float[] weights,
      float[] gradients,
      float[] alive,
      int from,
      int to,
      double rate,
      double decay,
      int step) {
    float[] m = first;
    float[] v = second;
    float beta1 = (float) choice.beta1();
    float beta2 = (float) choice.beta2();
    float rest1 = (float) (1 - choice.beta1());
    float rest2 = (float) (1 - choice.beta2());
    float epsilon = (float) choice.epsilon();
    float size = (float) (rate / (1 - StrictMath.pow(choice.beta1(), step)));
    float root = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(choice.beta2(), step)));
    float keep = choice.decoupled() ? (float) (1 - rate * decay) : 1;
    float penalty = choice.decoupled() ? 0 : (float) decay;
    for (int i = from; i < to; i++) {
      float g = (gradients[i] + penalty * weights[i]) * alive[i];
      float mean = beta1 * m[i] + rest1 * g;
      float square = beta2 * v[i] + rest2 * g * g;
      m[i] = mean;
      v[i] = square;
      float moved = keep * weights[i] - size * mean / ((float) Math.sqrt(square) * root + epsilon);
      weights[i] = moved * alive[i] + 0f;
    }
  }
}
