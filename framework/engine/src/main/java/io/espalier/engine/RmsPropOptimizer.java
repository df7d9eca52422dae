package io.espalier.engine;

import java.util.Map;

/** See {@link OptimizerChoice.RmsProp}. Without momentum it keeps the mean squares alone. */
final class RmsPropOptimizer implements Optimizer {
  private final OptimizerChoice.RmsProp choice;
  private final float[] squares;
  private final float[] velocity;

  RmsPropOptimizer(OptimizerChoice.RmsProp choice, int length) {
    this.choice = choice;
    this.squares = new float[length];
    this.velocity = new float[choice.momentum() > 0 ? length : 0];
  }

  @Override
  public Map<String, float[]> state() {
    return velocity.length == 0
        ? Map.of("rmsprop.v", squares)
        : Map.of("rmsprop.v", squares, "rmsprop.velocity", velocity);
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
    float[] v = squares;
    float[] u = velocity;
    boolean moving = u.length > 0;
    float alpha = (float) choice.alpha();
    float rest = (float) (1 - choice.alpha());
    float epsilon = (float) choice.epsilon();
    float momentum = (float) choice.momentum();
    float penalty = (float) decay;
    float factor = (float) rate;
    for (int i = from; i < to; i++) {
      float g = (gradients[i] + penalty * weights[i]) * alive[i];
      float square = alpha * v[i] + rest * g * g;
      v[i] = square;
      float speed = g / ((float) Math.sqrt(square) + epsilon);
      if (moving) {
        speed += momentum * u[i];
        u[i] = speed;
      }
      weights[i] = (weights[i] - factor * speed) * alive[i] + 0f;
    }
  }
}
