package io.espalier.core;

/** Layer normalisation: what it normalises over stays, since a cut would change the statistics. */
final class LayerNormChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    int first = links.axis(links.node().intAttribute("axis", -1), axes.length);
    Axis[] statistics = axes.clone();
    for (int axis = first; axis < axes.length; axis++) {
      links.freezeHere(axes[axis], "normalises over them, and fewer have other statistics");
      statistics[axis] = Axis.ONE;
    }
    for (int i = 1; i < links.node().inputs().size(); i++) {
      if (links.given(i)) {
        links.broadcast(axes, links.input(i));
      }
    }
    links.output(0, axes);
    links.output(1, statistics);
    links.output(2, statistics);
  }

  @Override
  public void settle(ChannelConstants constants) {}
}
