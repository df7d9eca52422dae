package io.espalier.runtime.fake;

import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.Description;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps the channels of largest norm. */
public final class FakeChannelPruner implements ChannelPruner {
  public static final String ID = "fake-norm";

  @Override
  public Description description() {
    return Description.of(ID, "Keeps the largest.");
  }

  @Override
  public INDArray scores(ChannelRequest request) {
    return request.weights().norm2(1);
  }
}
