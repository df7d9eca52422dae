package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import java.util.Optional;

/**
 * Transposed convolution: its weight is inputs x outputs of a group x window. Where it has groups,
 * the same output of each goes, since all have theirs along one axis of the weight.
 */
final class ConvTransposeChannels implements ChannelLinks.OpaqueInput {
  @Override
  public void link(ChannelLinks links) {
    Axis[] weight = links.input(1);
    long group = links.node().intAttribute("group", 1);
    Axis channels = links.opaque(0) ? Axis.UNKNOWN : links.input(0)[1];
    boolean depthwise = group > 1 && weight[0].extent() == group && weight[1].extent() == 1;
    Axis filters;
    links.join(channels, weight[0]);
    if (depthwise) {
      links.use(1, 0, Role.MAKES);
      filters = weight[0];
    } else {
      links.use(1, 0, Role.READS);
      links.use(1, 1, Role.MAKES);
      if (group > 1) {
        ConvChannels.even(links, weight[0], group, Optional.empty());
      }
      filters = repeated(weight[1], group);
    }
    if (links.given(2)) {
      links.use(2, 0, Role.SHIFTS);
      links.join(filters, links.input(2)[0]);
    }
    Axis[] output = links.fixedOutput(0, weight.length);
    output[0] = links.opaque(0) ? Axis.UNKNOWN : links.input(0)[0];
    output[1] = filters;
    if (!links.opaque(0)) {
      PoolChannels.freezeSpatial(links, links.input(0));
    }
    links.output(0, output);
  }

  private static Axis repeated(Axis axis, long times) {
    if (!axis.cuttable()) {
      return Axis.fixed(axis.extent() * times);
    }
    int[] atoms = new int[Math.toIntExact(axis.length() * times)];
    for (int i = 0; i < atoms.length; i++) {
      atoms[i] = axis.atom(i % axis.length());
    }
    return Axis.of(atoms);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] output = constants.outputAxes(0);
    if (output.length < 2) {
      return;
    }
    if (output[1].cuttable() && constants.isTensor(1)) {
      constants.set(0, 1, constants.given(2) ? constants.of(2, 0) : new double[output[1].length()]);
    }
    boolean depthwise = output[1] == constants.axes(1)[0];
    if (!depthwise && constants.axes(0).length > 1 && constants.axes(0)[1].cuttable()) {
      constants.requireZero(0, 1, "spreads them unevenly, so they would have to be zero");
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] output = cut.outputAxes(0);
    if (output.length > 1 && output[1] == cut.axes(1)[0] && cut.cuts(output[1])) {
      cut.attribute("group", cut.kept(output[1]));
    }
  }
}
