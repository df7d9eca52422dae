package io.espalier.plugins.channeltaylor;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import io.espalier.api.Parameters;
import io.espalier.api.Statistic;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/**
 * Scores a channel by the sum of {@code (w g)^2} over its weights, the first-order estimate of what
 * the loss changes by without them: P. Molchanov et al., "Importance estimation for neural network
 * pruning" (CVPR 2019).
 */
@Extension
public final class TaylorPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("taylor", "Keeps the channels whose loss would change the loss most.");
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.SQUARED_PRODUCT);
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.of(Statistic.SQUARED_PRODUCT).sum(1);
  }
}
