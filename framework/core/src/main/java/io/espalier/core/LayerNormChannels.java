package io.espalier.core;

/**
 * Layer normalisation: what it normalises over stays. A channel that is zero still counts in its
 * mean and variance, one that is gone does not; so a cut would give the others other values than
 * zeros do, and no change of scale and bias makes up for that, since it differs from sample to
 * sample.
 */
final class LayerNormChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    int first = links.axis(links.node().intAttribute("axis", -1), axes.length);
    Axis[] statistics = axes.clone();
    for (int axis = first; axis < axes.length; axis++) {
      links.freezeHere(
          axes[axis],
          "normalises over them: zeros count in its mean and variance, channels that are gone do not, so the others would change");
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
