package io.espalier.runtime;

import io.espalier.api.Statistic;
import java.nio.FloatBuffer;
import java.util.List;

/** What the steps of a training come to for the weights of one tensor. */
abstract class StepSum {
  private final float[] sum;

  private StepSum(int size) {
    this.sum = new float[size];
  }

  /**
   * Nothing added yet.
   *
   * @param kind one of steps
   */
  static StepSum of(Statistic kind, int size) {
    return switch (kind) {
      case MOVEMENT -> new Movement(size);
      case ADAM_MOVEMENT -> new Adam(size);
      case SALIENCY_MOMENTUM -> new Momentum(size);
      default -> throw new IllegalArgumentException(kind + " is not of steps");
    };
  }

  /** The statistic, a number for each weight. */
  final float[] values() {
    return sum;
  }

  /** All that it goes on from, the statistic first; live arrays. */
  List<float[]> state() {
    return List.of(sum);
  }

  /** Takes in a step that was made at some weights with some gradient. */
  void add(FloatBuffer weights, FloatBuffer gradient) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = next(i, sum[i], weights.get(i) * gradient.get(i));
    }
  }

  /** What a weight's sum becomes when a product of weight and gradient comes. */
  abstract float next(int i, float sum, float product);

  private static final class Movement extends StepSum {
    Movement(int size) {
      super(size);
    }

    @Override
    float next(int i, float sum, float product) {
      return sum - product;
    }
  }

  private static final class Momentum extends StepSum {
    private static final float DECAY = 0.9f;

    Momentum(int size) {
      super(size);
    }

    @Override
    float next(int i, float sum, float product) {
      return DECAY * sum + Math.abs(product);
    }
  }

  /** D. Kingma, J. Ba: Adam, ICLR 2015, algorithm 1 on scores. */
  private static final class Adam extends StepSum {
    private static final float DECAY = 0.9f;
    private static final float SQUARE_DECAY = 0.999f;
    private static final double EPSILON = 1e-8;

    private final float[] means;
    private final float[] squares;
    private final float[] steps = new float[1];
    private double meanScale;
    private double squareScale;

    Adam(int size) {
      super(size);
      means = new float[size];
      squares = new float[size];
    }

    @Override
    List<float[]> state() {
      return List.of(values(), means, squares, steps);
    }

    @Override
    void add(FloatBuffer weights, FloatBuffer gradient) {
      steps[0]++;
      meanScale = 1 - Math.pow(DECAY, steps[0]);
      squareScale = 1 - Math.pow(SQUARE_DECAY, steps[0]);
      super.add(weights, gradient);
    }

    @Override
    float next(int i, float sum, float product) {
      means[i] = DECAY * means[i] + (1 - DECAY) * product;
      squares[i] = SQUARE_DECAY * squares[i] + (1 - SQUARE_DECAY) * product * product;
      double step = means[i] / meanScale / (Math.sqrt(squares[i] / squareScale) + EPSILON);
      return (float) (sum - step);
    }
  }
}
