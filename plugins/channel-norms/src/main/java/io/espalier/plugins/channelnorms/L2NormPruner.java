package io.espalier.plugins.channelnorms;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.Extension;

/** Scores a channel by the Euclidean norm of its weights. */
@Extension
public final class L2NormPruner implements ChannelPruner {
  @Override
  public Description description() {
    return Description.of("l2-norm", "Keeps the channels whose weights have the largest L2 norm.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.weights().norm2(1);
  }
}
