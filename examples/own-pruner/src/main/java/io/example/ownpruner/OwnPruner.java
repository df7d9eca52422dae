package io.example.ownpruner;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.Parameter;
import io.espalier.api.PruneRequest;
import io.espalier.api.WeightPruner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.pf4j.Extension;

/**
 * Scores a weight by its magnitude next to the mean magnitude along the layer's first axis, so that
 * a part of the layer whose weights are all small is not emptied first.
 *
 * <p>The framework asks for scores and does the rest: it selects exactly as many weights as the
 * schedule wants, allots them over layers, makes the masks and checks that they hold.
 */
@Extension
public final class OwnPruner implements WeightPruner {
  private static final float SMALLEST = 1e-30f;

  private static final Parameter<Double> SHARE =
      Parameter.number("share", "how much the mean counts: 0 is plain magnitude, 1 is all of it")
          .or(1.0)
          .atLeast(0)
          .atMost(1);

  @Override
  public Description description() {
    return Description.of("own", "Keeps the weights that are large next to their like.", SHARE);
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    INDArray magnitudes = Transforms.abs(weights.reshape(weights.size(0), -1));
    INDArray means = magnitudes.mean(true, 1).add(SMALLEST);
    INDArray scale = Transforms.pow(means, request.parameters().get(SHARE));
    return magnitudes.div(scale).reshape(weights.shape());
  }
}
