package io.espalier.plugins.channelnorms;

import io.espalier.api.ChannelPruner;
import io.espalier.testkit.ChannelPrunerContract;

class RandomPrunerTest extends ChannelPrunerContract {
  @Override
  protected ChannelPruner pruner() {
    return new RandomPruner();
  }
}
