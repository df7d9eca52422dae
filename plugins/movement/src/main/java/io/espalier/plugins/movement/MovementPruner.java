package io.espalier.plugins.movement;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Statistic;
import io.espalier.api.WeightPruner;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/**
 * Scores that are learned while the model is trained: {@code S = - sum w g} over the steps, which
 * grows where training moves a weight away from zero. Meant for a schedule that rises along a cubic
 * curve, after a warm-up (its begin) and with a cool-down (its end before the run's end).
 *
 * <p>V. Sanh, T. Wolf, A. Rush: Movement Pruning: Adaptive Sparsity by Fine-Tuning, NeurIPS 2020,
 * equation 4 with a step size of 1. A weight that is cut stays at zero, so its score stands still
 * until others fall below it.
 */
@Extension
public final class MovementPruner implements WeightPruner {
  @Override
  public Description description() {
    return Description.of("movement", "Keeps the weights that training moves away from zero.");
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.MOVEMENT);
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    return NdTensors.view(request.statistics().of(Statistic.MOVEMENT, layer));
  }
}
