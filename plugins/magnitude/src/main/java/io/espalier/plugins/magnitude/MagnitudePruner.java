package io.espalier.plugins.magnitude;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.PruneRequest;
import io.espalier.api.WeightPruner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.pf4j.Extension;

/**
 * Scores a weight by its absolute value: what contributes least to a layer's sum goes first.
 *
 * <p>S. Han, J. Pool, J. Tran, W. Dally: Learning both Weights and Connections for Efficient Neural
 * Networks, NeurIPS 2015.
 */
@Extension
public final class MagnitudePruner implements WeightPruner {
  @Override
  public Description description() {
    return Description.of("magnitude", "Keeps the weights of largest absolute value.");
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    return Transforms.abs(weights);
  }
}
