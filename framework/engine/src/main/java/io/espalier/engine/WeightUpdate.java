package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;

/**
 * One optimizer step on all threads of a pool. With a bound on the norm of the gradient (Pascanu,
 * Mikolov and Bengio 2013) it takes two rounds: the first adds up the gradients and their squares,
 * range by range; the second scales them and moves the weights. The norm is that of what may move:
 * masked elements do not count, tied ones count with the mean or sum that moves them. Squares are
 * added up in double precision in the order of the ranges, so the norm does not depend on the
 * threads.
 *
 * <p>One range in {@value #WATCHED} is checked in a step to hold numbers only, another one in the
 * next: so no weight stays infinite or NaN for longer than that, and looking costs next to nothing.
 */
final class WeightUpdate {
  /** As in PyTorch: keeps the quotient finite, and makes a bound hold with room to spare. */
  private static final double EPSILON = 1e-6;

  private static final int WATCHED = 16;

  private final TrainingState state;
  private final WorkerPool pool;
  private final double decay;
  private final double clipNorm;
  private final double scaleSparsity;
  private final WorkerPool.Tasks whole = this::whole;
  private final WorkerPool.Tasks reduce = this::reduce;
  private final WorkerPool.Tasks move = this::move;
  private double[] squares = new double[0];
  private double rate;
  private int step;
  private float scale;

  /**
   * @param decay weight decay, as the optimizer defines it
   * @param clipNorm largest norm of the gradient; 0 for none
   */
  WeightUpdate(TrainingState state, WorkerPool pool, double decay, double clipNorm) {
    this(state, pool, decay, clipNorm, 0);
  }

  /**
   * @param scaleSparsity what the magnitude of a batch normalisation's scale adds to the loss
   */
  WeightUpdate(
      TrainingState state, WorkerPool pool, double decay, double clipNorm, double scaleSparsity) {
    this.state = state;
    this.pool = pool;
    this.decay = decay;
    this.clipNorm = clipNorm;
    this.scaleSparsity = scaleSparsity;
  }

  /**
   * Makes a step.
   *
   * @param gradients by group; the first becomes their sum
   * @param learningRate of this step
   * @param number of this step, from 1
   * @throws EspalierException ({@link FailureCode#NUMERIC}) if the norm is asked for and not finite
   */
  void step(float[][] gradients, double learningRate, int number) {
    state.receive(gradients);
    rate = learningRate;
    step = number;
    int ranges = state.ranges().size();
    if (clipNorm == 0) {
      pool.run(whole, ranges);
      return;
    }
    if (squares.length != ranges) {
      squares = new double[ranges];
    }
    pool.run(reduce, ranges);
    scale = (float) Math.min(1, clipNorm / (norm() + EPSILON));
    pool.run(move, ranges);
  }

  private double norm() {
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    if (!Double.isFinite(sum)) {
      throw new EspalierException(
          FailureCode.NUMERIC,
          "the norm of the gradient of step %d is %s; lower the learning rate or look at the data"
              .formatted(step, Math.sqrt(sum)));
    }
    return Math.sqrt(sum);
  }

  private void whole(int range, int worker) {
    add(range);
    state.move(state.ranges().get(range), rate, decay, step);
    watch(range);
  }

  private void watch(int range) {
    if ((range + step) % WATCHED == 0) {
      UpdateRange own = state.ranges().get(range);
      for (int part = 0; part < own.parts().size(); part++) {
        state.requireFinite(own.parts().get(part).from(), own.parts().get(part).to(), step);
      }
    }
  }

  private void add(int range) {
    UpdateRange own = state.ranges().get(range);
    state.reduce(own);
    if (scaleSparsity > 0) {
      state.penalise(own, scaleSparsity);
    }
  }

  private void reduce(int range, int worker) {
    add(range);
    squares[range] = state.squares(state.ranges().get(range));
  }

  private void move(int range, int worker) {
    UpdateRange own = state.ranges().get(range);
    if (scale < 1) {
      state.scale(own, scale);
    }
    state.move(own, rate, decay, step);
    watch(range);
  }
}
