package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Instance normalisation: every channel of every sample by itself. */
final class InstanceNormChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0).clone();
    for (int i = 1; i < 3; i++) {
      axes[1] = links.join(axes[1], links.input(i)[0]);
      links.use(i, 0, i == 2 ? Role.SHIFTS : Role.FOLLOWS);
    }
    PoolChannels.freezeSpatial(links, axes);
    links.output(0, axes);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length > 1 && axes[1].cuttable()) {
      double[] x = constants.of(0, 1);
      double[] bias = constants.of(2, 0);
      double[] settled = new double[x.length];
      for (int i = 0; i < settled.length; i++) {
        settled[i] = 0 * x[i] + bias[i];
      }
      constants.set(0, 1, settled);
    }
  }
}
