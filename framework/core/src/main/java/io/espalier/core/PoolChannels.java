package io.espalier.core;

import java.util.Optional;

/** Pooling and resizing: every channel by itself. */
final class PoolChannels implements ChannelRule {
  private static final int SIZES = 3;

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Axis[] output = links.fixedOutput(0, axes.length);
    output[0] = axes[0];
    output[1] = axes[1];
    freezeSpatial(links, axes);
    String type = links.node().type();
    if (links.node().outputs().size() > 1) {
      links.freezeHere(axes[1], "numbers the pixels of all channels");
    }
    if (type.equals("Resize") || type.equals("Upsample")) {
      linkSizes(links, axes);
    }
    links.output(0, output);
    links.output(1, output);
  }

  private static void linkSizes(ChannelLinks links, Axis[] axes) {
    var shape = links.shape(links.node().outputs().get(0));
    boolean resized = shape == null || shape.dim(1) != axes[1].extent();
    boolean computed = links.given(SIZES) && links.numbers(SIZES, "").isEmpty();
    if (resized || computed || links.node().attributes().containsKey("axes")) {
      links.freezeHere(axes[1], "may resize them");
    }
  }

  /** What a window slides over cannot be cut. */
  static void freezeSpatial(ChannelLinks links, Axis[] axes) {
    for (int axis = 2; axis < axes.length; axis++) {
      links.freezeHere(axes[axis], "slides over them or pools them");
    }
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length < 2 || !axes[1].cuttable()) {
      return;
    }
    double[] x = constants.of(0, 1);
    boolean zerosCount =
        constants.node().type().equals("AveragePool")
            && constants.node().intAttribute("count_include_pad", 0) != 0
            && ConvChannels.padded(constants.node(), Long.MAX_VALUE);
    boolean outside =
        constants
            .node()
            .textAttribute("coordinate_transformation_mode", "")
            .equals("tf_crop_and_resize");
    if (zerosCount || outside) {
      x = zerosOf(x);
    }
    constants.set(0, 1, x);
  }

  /** Zeros stay, everything else becomes unknown. */
  static double[] zerosOf(double[] x) {
    double[] zeros = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      zeros[i] = x[i] == 0 ? 0 : Double.NaN;
    }
    return zeros;
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis channels = cut.axes(0)[1];
    boolean sized = cut.node().type().equals("Resize") && cut.given(SIZES);
    if (channels.cuttable() && sized && cut.cuts(channels)) {
      Optional<long[]> sizes = cut.numbers(SIZES, "");
      sizes.ifPresent(
          s -> {
            s[1] = cut.kept(channels);
            cut.numbers(SIZES, "sizes", s);
          });
    }
  }
}
