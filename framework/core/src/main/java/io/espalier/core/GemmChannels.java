package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Matrix product of rows with a weight, plus a bias. */
final class GemmChannels implements ChannelLinks.OpaqueInput {
  @Override
  public void link(ChannelLinks links) {
    Axis[] weight = links.input(1);
    int inner = inner(links.node().intAttribute("transB", 0));
    int innerLeft = 1 - inner(links.node().intAttribute("transA", 0));
    Axis[] left = links.opaque(0) ? new Axis[] {Axis.UNKNOWN, Axis.UNKNOWN} : links.input(0);
    links.join(left[innerLeft], weight[inner]);
    links.use(1, inner, Role.READS);
    links.use(1, 1 - inner, Role.MAKES);
    links.use(0, innerLeft, Role.READS);
    links.use(0, 1 - innerLeft, Role.MAKES);
    Axis[] output = {left[1 - innerLeft], weight[1 - inner]};
    if (links.given(2)) {
      Axis[] bias = links.input(2);
      output = links.broadcast(output, bias);
      for (int axis = 0; axis < bias.length; axis++) {
        links.use(2, axis, Role.SHIFTS);
      }
    }
    links.output(0, output);
  }

  /** Axis of the weight along which the product sums. */
  private static int inner(long transposed) {
    return transposed == 0 ? 0 : 1;
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] output = constants.outputAxes(0);
    if (output.length != 2) {
      return;
    }
    if (output[1].cuttable() && constants.isTensor(1)) {
      constants.set(0, 1, bias(constants, output[1]));
    }
    int innerLeft = 1 - inner(constants.node().intAttribute("transA", 0));
    Axis[] left = constants.axes(0);
    if (left.length == 2 && left[innerLeft].cuttable()) {
      if (foldable(constants, output[1])) {
        constants.requireConstant(0, innerLeft);
      } else {
        constants.requireZero(0, innerLeft, "has no bias that a constant folds into");
      }
    }
  }

  private static double[] bias(ChannelConstants constants, Axis outputs) {
    double[] bias = new double[outputs.length()];
    if (!constants.given(2)) {
      return bias;
    }
    double beta = constants.node().realAttribute("beta", 1);
    Axis[] axes = constants.axes(2);
    boolean perOutput = axes.length > 0 && axes[axes.length - 1].cuttable();
    double[] given =
        perOutput ? constants.of(2, axes.length - 1) : new double[] {constants.scalar(2)};
    for (int i = 0; i < bias.length; i++) {
      bias[i] = beta == 0 ? 0 : beta * given[perOutput ? i : 0];
    }
    return bias;
  }

  private static boolean foldable(ChannelConstants constants, Axis outputs) {
    if (!constants.isTensor(1)) {
      return false;
    }
    if (!constants.given(2)) {
      return true;
    }
    Axis[] axes = constants.axes(2);
    boolean row =
        axes.length > 0
            && axes[axes.length - 1].extent() == outputs.extent()
            && (axes.length == 1 || axes[0].extent() == 1);
    return constants.isTensor(2) && row && constants.node().realAttribute("beta", 1) != 0;
  }

  @Override
  public void shrink(NodeCut cut) {
    int inner = inner(cut.node().intAttribute("transB", 0));
    int innerLeft = 1 - inner(cut.node().intAttribute("transA", 0));
    Axis[] left = cut.axes(0);
    if (left.length == 2 && left[innerLeft].cuttable() && cut.cuts(left[innerLeft])) {
      double alpha = cut.node().realAttribute("alpha", 1);
      double beta = cut.given(2) ? cut.node().realAttribute("beta", 1) : 1;
      double[] sums = Folding.matrix(cut, 0, innerLeft, 1, inner);
      if (!cut.given(2) && cut.node().attributes().containsKey("beta")) {
        cut.real("beta", 1);
      }
      cut.addToBias(2, sums, alpha / beta);
    }
  }
}
