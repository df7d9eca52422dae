package io.espalier.plugins.movement;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.NdTensors;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Statistic;
import io.espalier.api.WeightPruner;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/**
 * Scores that are learned while the model is trained, by the gradient {@code w g}: they grow where
 * training moves a weight away from zero. Adam learns them, as in the paper; with {@code sgd} they
 * are {@code - sum w g} over the steps. Their step size has no part in which weights stay, so there
 * is no parameter for it. Meant for a schedule that rises along a cubic curve, after a warm-up (its
 * begin) and with a cool-down (its end before the run's end).
 *
 * <p>V. Sanh, T. Wolf, A. Rush: Movement Pruning: Adaptive Sparsity by Fine-Tuning, NeurIPS 2020,
 * equation 4. A weight that is cut stays at zero, so its score stands still with {@code sgd}, and
 * runs out with {@code adam}, until others fall below it.
 */
@Extension
public final class MovementPruner implements WeightPruner {
  private static final Parameter<String> OPTIMIZER =
      Parameter.choice(
              "scoreOptimizer",
              "what learns the scores: adam, as in the paper, or sgd, a plain sum",
              "adam",
              "sgd")
          .or("adam");

  @Override
  public Description description() {
    return Description.of(
        "movement", "Keeps the weights that training moves away from zero.", OPTIMIZER);
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(statistic(parameters));
  }

  private static Statistic statistic(Parameters parameters) {
    return parameters.get(OPTIMIZER).equals("adam") ? Statistic.ADAM_MOVEMENT : Statistic.MOVEMENT;
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    return NdTensors.view(request.statistics().of(statistic(request.parameters()), layer));
  }
}
