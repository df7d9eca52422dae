package io.espalier.api;

/**
 * Decides what to cut. A pruner never touches a model: it looks at it and returns a plan, which the
 * framework prints, stores, applies and verifies.
 *
 * <p>Most pruners only score weights: see {@link WeightPruner}.
 */
public interface Pruner extends Extension {
  /**
   * Plans masks that bring each of the request's layers to its target sparsity.
   *
   * @throws EspalierException if the request cannot be met
   */
  Plan plan(PruneRequest request);
}
