package io.espalier.api;

/**
 * What is told about a unit of weights: the mean over batches of a number that each batch gives.
 * With {@code w} a weight, {@code g} the gradient of the batch's mean loss over it, and sums over
 * the weights of the unit. Where a unit is one weight, a sum of squares is the square of the sum.
 */
public enum GradientStatistic {
  /** {@code sum g}. */
  GRADIENT,
  /** {@code sum |g|}. */
  ABSOLUTE_GRADIENT,
  /**
   * {@code sum g^2}: with batches of one sample the diagonal of the empirical Fisher information,
   * which stands for that of the Hessian in Optimal Brain Damage (LeCun, Denker and Solla 1990).
   */
  SQUARED_GRADIENT,
  /** {@code sum w g}: how the loss changes to first order as the weights grow by their own size. */
  PRODUCT,
  /** {@code sum |w g|}: connection sensitivity (SNIP; Lee, Ajanthan and Torr 2019) by batch. */
  ABSOLUTE_PRODUCT,
  /** {@code sum (w g)^2}: Taylor importance of single weights (Molchanov et al. 2019). */
  SQUARED_PRODUCT,
  /** {@code |sum w g|}: the first-order change of the loss if the whole unit goes. */
  ABSOLUTE_SUM,
  /** {@code (sum w g)^2}: Taylor importance of a channel (Molchanov et al. 2019). */
  SQUARED_SUM
}
