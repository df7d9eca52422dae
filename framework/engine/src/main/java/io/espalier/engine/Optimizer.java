package io.espalier.engine;

import java.util.Map;

/**
 * Updates weights in place, any range by itself. Where an element is not alive, it keeps weight and
 * state at exactly zero.
 */
interface Optimizer {
  /** State by slot name, one number per element of the flat weights; live arrays. */
  Map<String, float[]> state();

  /**
   * Updates a range.
   *
   * @param weights to change
   * @param gradients of the loss
   * @param alive 1 where an element may move, 0 where it is held at zero
   * @param from first position
   * @param to past the last position
   * @param rate learning rate
   * @param decay weight decay, as the choice defines it
   * @param step which step this is, from 1
   */
  void update(
      float[] weights,
      float[] gradients,
      float[] alive,
      int from,
      int to,
      double rate,
      double decay,
      int step);

  /** The optimizer of a choice, its state all zero. */
  static Optimizer of(OptimizerChoice choice, int length) {
    if (choice instanceof OptimizerChoice.Sgd sgd) {
      return new MomentumDescent(sgd, length);
    }
    if (choice instanceof OptimizerChoice.RmsProp rmsProp) {
      return new RmsPropOptimizer(rmsProp, length);
    }
    return new AdamOptimizer((OptimizerChoice.Adam) choice, length);
  }
}
