package io.espalier.plugins.channelnorms;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/**
 * Scores a channel by the sum of its weights' absolute values: H. Li et al., "Pruning filters for
 * efficient ConvNets" (ICLR 2017).
 */
@Extension
public final class L1NormPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("l1-norm", "Keeps the channels whose weights have the largest L1 norm.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.weights().norm1(1);
  }
}
