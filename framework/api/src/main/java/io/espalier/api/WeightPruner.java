package io.espalier.api;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pruner that scores every weight of a layer on its own; selection is the framework's. This is
 * the ten-line way to a new criterion.
 */
public interface WeightPruner extends Pruner {
  /**
   * Scores the weights of a layer.
   *
   * @param layer whose weight it is
   * @param weights the layer's weight tensor; for reading only
   * @param request parameters, statistics and seed
   * @return as many scores, in the same shape; higher is more worth keeping
   */
  INDArray scores(Layer layer, INDArray weights, PruneRequest request);

  @Override
  default Plan plan(PruneRequest request) {
    List<Mask> masks =
        request
            .selector()
            .select(
                request.targets(),
                layer -> {
                  INDArray weights = NdTensors.view(request.model().tensor(layer.weight()));
                  return NdTensors.values(scores(layer, weights, request));
                });
    List<Edit> edits = new ArrayList<>();
    masks.forEach(mask -> edits.add(new Edit.MaskWeights(mask)));
    return new Plan(description().id(), edits);
  }
}
