package io.espalier.plugins.channelactivations;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import io.espalier.api.Parameters;
import io.espalier.api.Statistic;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/**
 * Scores a channel by its mean activation: P. Molchanov et al., "Pruning convolutional neural
 * networks for resource efficient inference" (ICLR 2017), section 2.2.
 */
@Extension
public final class MeanRankPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("mean-rank", "Keeps the channels of largest mean activation on samples.");
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.OUTPUT_MEAN);
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.of(Statistic.OUTPUT_MEAN).mean(1);
  }
}
