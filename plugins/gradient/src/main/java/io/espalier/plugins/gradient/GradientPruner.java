package io.espalier.plugins.gradient;

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
import org.nd4j.linalg.ops.transforms.Transforms;
import org.pf4j.Extension;

/**
 * Scores a weight by how much the loss would change without it, to first order: {@code w g}.
 *
 * <ul>
 *   <li>{@code taylor}: the mean of {@code (w g)^2} over batches; P. Molchanov et al.: Importance
 *       Estimation for Neural Network Pruning, CVPR 2019.
 *   <li>{@code snip}: {@code |w g|} with the gradient of all samples together; N. Lee, T. Ajanthan,
 *       P. Torr: SNIP, ICLR 2019.
 *   <li>{@code snip-momentum}: {@code S = 0.9 S + |w g|} over the steps of the training, as in
 *       Intel Neural Compressor. Needs a schedule that begins after the first step.
 * </ul>
 */
@Extension
public final class GradientPruner implements WeightPruner {
  private static final Parameter<String> CRITERION =
      Parameter.choice(
              "criterion",
              "taylor: mean (w g)^2; snip: |w g|; snip-momentum: 0.9 S + |w g| over the steps",
              "taylor",
              "snip",
              "snip-momentum")
          .or("taylor");

  @Override
  public Description description() {
    return Description.of(
        "gradient", "Keeps the weights whose loss would change the model's loss most.", CRITERION);
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(statistic(parameters));
  }

  private static Statistic statistic(Parameters parameters) {
    return switch (parameters.get(CRITERION)) {
      case "snip" -> Statistic.PRODUCT;
      case "snip-momentum" -> Statistic.SALIENCY_MOMENTUM;
      default -> Statistic.SQUARED_PRODUCT;
    };
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    Statistic kind = statistic(request.parameters());
    return Transforms.abs(NdTensors.view(request.statistics().of(kind, layer)));
  }
}
