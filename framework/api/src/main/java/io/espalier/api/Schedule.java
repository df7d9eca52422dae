package io.espalier.api;

/**
 * Target sparsity over the steps of one training. Steps count optimizer steps: 0 is before the
 * first, {@code n} is after the {@code n}-th. A pure function, so it can be previewed.
 */
public interface Schedule {
  /** Whether masks are computed anew at a step. */
  boolean updatesAt(int step);

  /** The target at a step, 0 to below 1, defined for every step of the training. */
  double sparsityAt(int step);

  /** The target that holds once the schedule has ended. */
  double finalSparsity();
}
