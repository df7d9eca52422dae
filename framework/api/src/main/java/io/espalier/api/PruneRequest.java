package io.espalier.api;

import java.util.List;

/**
 * What a pruner is asked.
 *
 * @param model the model as it is now, masks included
 * @param layers the layers to prune, in graph order
 * @param sparsity share of weights that shall be zero in each layer, 0 to below 1
 * @param parameters of the pruner
 * @param seed for whatever is drawn at random
 * @param selector the framework's exact selection
 */
public record PruneRequest(
    Model model,
    List<Layer> layers,
    double sparsity,
    Parameters parameters,
    long seed,
    Selector selector) {
  public PruneRequest {
    layers = List.copyOf(layers);
  }
}
