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
 * Scores a channel by one less its average percentage of zeros (APoZ) after the activation: H. Hu
 * et al., "Network trimming" (2016). With an activation that gives no zeros, such as GELU, it has
 * nothing to go by; {@code mean-rank} has.
 */
@Extension
public final class ApozPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("apoz", "Keeps the channels that are least often zero on samples.");
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.OUTPUT_ZERO_SHARE);
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.of(Statistic.OUTPUT_ZERO_SHARE).mean(1).rsub(1);
  }
}
