package io.espalier.api;

import java.util.List;
import java.util.Optional;

/**
 * What a pruner is asked.
 *
 * @param model the model as it is now, masks included
 * @param targets what to prune and how far, in graph order
 * @param parameters of the pruner
 * @param seed for whatever is drawn at random
 * @param selector the framework's exact selection
 * @param statistics what the pruner needs, see {@link Pruner#needs}
 * @param origin an earlier state of the model, where the stage names one to rewind to
 */
public record PruneRequest(
    Model model,
    List<Target> targets,
    Parameters parameters,
    long seed,
    Selector selector,
    Statistics statistics,
    Optional<Model> origin) {
  public PruneRequest {
    targets = List.copyOf(targets);
  }

  /** A request without an earlier state of the model. */
  public PruneRequest(
      Model model,
      List<Target> targets,
      Parameters parameters,
      long seed,
      Selector selector,
      Statistics statistics) {
    this(model, targets, parameters, seed, selector, statistics, Optional.empty());
  }

  /**
   * How far a layer is pruned.
   *
   * @param layer what is pruned
   * @param sparsity share of its weights that shall be zero, 0 to below 1, as the framework
   *     allotted it; where it allots by score, the share over all layers together
   * @param structure which of its weights go together
   */
  public record Target(Layer layer, double sparsity, Structure structure) {}
}
