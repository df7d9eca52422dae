package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Group normalisation: its groups go as a whole, so the statistics of the others stay. */
final class GroupNormChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0).clone();
    Axis channels = axes[1];
    int each = (int) (channels.length() / links.node().intAttribute("num_groups", 1));
    for (int i = 0; i < channels.length(); i++) {
      links.analysis().atoms().join(channels.atom(i - i % each), channels.atom(i));
    }
    for (int input = 1; input < 3; input++) {
      Axis given = links.input(input)[0];
      links.use(input, 0, input == 2 ? Role.SHIFTS : Role.FOLLOWS);
      if (given.length() == channels.length()) {
        links.join(channels, given);
      } else if (channels.cuttable() && given.length() * each == channels.length()) {
        for (int i = 0; i < channels.length(); i++) {
          links.analysis().atoms().join(channels.atom(i), given.atom(i / each));
        }
      } else {
        links.freezeHere(given, "has channels that cannot be cut");
        links.freezeHere(channels, "has a single group of them");
      }
    }
    PoolChannels.freezeSpatial(links, axes);
    links.output(0, axes);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length < 2 || !axes[1].cuttable() || !constants.axes(2)[0].cuttable()) {
      return;
    }
    double[] x = constants.of(0, 1);
    double[] bias = constants.of(2, 0);
    int each = (int) (x.length / constants.node().intAttribute("num_groups", 1));
    double[] settled = new double[x.length];
    for (int i = 0; i < settled.length; i++) {
      double same = x[i - i % each] == x[i] ? 0 : Double.NaN;
      settled[i] = same + bias[bias.length == x.length ? i : i / each];
    }
    for (int first = 0; first < settled.length; first += each) {
      boolean known = true;
      for (int i = first; i < first + each; i++) {
        known &= !Double.isNaN(settled[i]);
      }
      if (!known) {
        java.util.Arrays.fill(settled, first, first + each, Double.NaN);
      }
    }
    constants.set(0, 1, settled);
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis channels = cut.axes(0)[1];
    if (channels.cuttable() && cut.cuts(channels)) {
      long groups = cut.node().intAttribute("num_groups", 1);
      cut.attribute("num_groups", groups * cut.kept(channels) / channels.length());
    }
  }
}
