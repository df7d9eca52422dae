package io.espalier.core;

/** Softmax and its like: what they normalise over stays. */
final class SoftmaxChannels implements ChannelRule {
  /** From this operator set on one axis is normalised; before, that one and all behind it. */
  private static final long ONE_AXIS = 13;

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    long opset = links.analysis().model().graph().opsets().getOrDefault("", 1L);
    boolean one = opset >= ONE_AXIS;
    int first = links.axis(links.node().intAttribute("axis", one ? -1 : 1), axes.length);
    for (int axis = first; axis < (one ? first + 1 : axes.length); axis++) {
      links.freezeHere(axes[axis], "normalises over them");
    }
    links.output(0, axes);
  }

  @Override
  public void settle(ChannelConstants constants) {}
}
