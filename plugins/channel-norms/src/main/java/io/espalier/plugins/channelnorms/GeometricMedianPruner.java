package io.espalier.plugins.channelnorms;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.pf4j.Extension;

/**
 * Scores a channel by the sum of its distances to the others: one near the geometric median of all
 * can be replaced by them. Y. He et al., "Filter pruning via geometric median" (CVPR 2019).
 */
@Extension
public final class GeometricMedianPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("fpgm", "Keeps the channels that are farthest from all others.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    INDArray weights = request.weights();
    INDArray sums = Nd4j.create(weights.rows());
    for (int channel = 0; channel < weights.rows(); channel++) {
      INDArray distances = weights.subRowVector(weights.getRow(channel)).norm2(1);
      sums.putScalar(channel, distances.sumNumber().floatValue());
    }
    return sums;
  }
}
