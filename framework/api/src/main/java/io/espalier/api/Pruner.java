package io.espalier.api;

import java.util.Set;

/**
 * Decides what to cut. A pruner never touches a model: it looks at it and returns a plan, which the
 * framework prints, stores, applies and verifies.
 *
 * <p>Most pruners only score weights: see {@link WeightPruner}.
 */
public interface Pruner extends Extension {
  /**
   * Plans a mask for each of the request's targets, exactly as far as it says; it may give weights
   * that live new values.
   *
   * @throws EspalierException if the request cannot be met
   */
  Plan plan(PruneRequest request);

  /** What the framework is to measure for this pruner before each plan. */
  default Set<Statistic> needs(Parameters parameters) {
    return Set.of();
  }
}
