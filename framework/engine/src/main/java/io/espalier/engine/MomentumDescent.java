package io.espalier.engine;

import java.util.Map;

/** See {@link OptimizerChoice.Sgd}. */
final class MomentumDescent implements Optimizer {
  private final float momentum;
  private final boolean nesterov;
  private final float[] velocity;

  MomentumDescent(OptimizerChoice.Sgd choice, int length) {
    this.momentum = (float) choice.momentum();
    this.nesterov = choice.nesterov();
    this.velocity = new float[length];
  }

  @Override
  public Map<String, float[]> state() {
    return Map.of("sgd.velocity", velocity);
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
    float[] v = velocity;
    float factor = (float) rate;
    float penalty = (float) decay;
    for (int i = from; i < to; i++) {
      float g = (gradients[i] + penalty * weights[i]) * alive[i];
      float speed = momentum * v[i] + g;
      v[i] = speed;
      float ahead = nesterov ? g + momentum * speed : speed;
      weights[i] = (weights[i] - factor * ahead) * alive[i] + 0f;
    }
  }
}
