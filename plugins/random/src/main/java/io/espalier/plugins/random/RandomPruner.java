package io.espalier.plugins.random;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.PruneRequest;
import io.espalier.api.WeightPruner;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.pf4j.Extension;

/**
 * Scores weights at random: the baseline that a criterion must beat. The same seed gives the same
 * order, so what was cut stays cut as sparsity rises.
 */
@Extension
public final class RandomPruner implements WeightPruner {
  @Override
  public Description description() {
    return Description.of("random", "Keeps weights at random, a baseline for other criteria.");
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    SplittableRandom random = new SplittableRandom(request.seed() * 31 + layer.weight().hashCode());
    float[] scores = new float[(int) weights.length()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) random.nextDouble();
    }
    return Nd4j.createFromArray(scores).reshape(weights.shape());
  }
}
