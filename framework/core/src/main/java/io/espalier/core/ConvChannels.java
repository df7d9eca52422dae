package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.Node;
import java.util.List;
import java.util.Optional;

/**
 * Convolution. Each group of a depthwise one is a channel and can go; a grouped one keeps its
 * groups, which all lose as many channels, see {@link EvenGroups}.
 */
final class ConvChannels implements ChannelLinks.OpaqueInput {
  @Override
  public void link(ChannelLinks links) {
    Axis[] weight = links.input(1);
    long group = links.node().intAttribute("group", 1);
    links.use(1, 0, Role.MAKES);
    if (links.given(2)) {
      links.use(2, 0, Role.SHIFTS);
      links.join(weight[0], links.input(2)[0]);
    }
    Axis channels = links.opaque(0) ? Axis.UNKNOWN : links.input(0)[1];
    if (group == 1) {
      links.use(1, 1, Role.READS);
      links.join(channels, weight[1]);
    } else if (weight[1].extent() == 1) {
      tieDepthwise(links, channels, weight[0], group);
    } else {
      even(links, weight[0], group, Optional.empty());
      tieInputs(links, channels, weight[1], group);
    }
    Axis[] output = links.fixedOutput(0, weight.length);
    output[0] = links.opaque(0) ? Axis.UNKNOWN : links.input(0)[0];
    output[1] = weight[0].cuttable() ? weight[0] : Axis.fixed(weight[0].extent());
    if (!links.opaque(0)) {
      PoolChannels.freezeSpatial(links, links.input(0));
    }
    links.output(0, output);
  }

  private static void tieDepthwise(ChannelLinks links, Axis channels, Axis filters, long group) {
    if (channels.length() != group) {
      links.freezeHere(filters, "takes in channels that cannot be cut");
      links.freezeHere(channels, "has not one group for each");
      return;
    }
    int each = filters.length() / channels.length();
    for (int i = 0; i < filters.length(); i++) {
      links.analysis().atoms().join(channels.atom(i / each), filters.atom(i));
    }
  }

  /** Every group loses as many. */
  static void even(ChannelLinks links, Axis axis, long group, Optional<Axis> positions) {
    if (axis.cuttable()) {
      links.analysis().even().add(links.node(), axis, group, positions);
    }
  }

  private static void tieInputs(ChannelLinks links, Axis channels, Axis positions, long group) {
    if (channels.length() != positions.length() * group) {
      links.use(1, 1, Role.READS);
      links.freezeHere(positions, "takes in channels that cannot be cut");
      links.freezeHere(channels, "has groups that do not fit them");
      return;
    }
    boolean shared = links.analysis().readers(links.node().inputs().get(1)).size() > 1;
    if (shared || !links.isTensor(1)) {
      links.use(1, 1, Role.READS);
      for (int i = 0; i < channels.length(); i++) {
        links.analysis().atoms().join(channels.atom(i), positions.atom(i % positions.length()));
      }
    } else {
      even(links, channels, group, Optional.of(positions));
    }
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] output = constants.outputAxes(0);
    if (output.length < 2) {
      return;
    }
    Axis filters = output[1];
    boolean masked = constants.isTensor(1);
    if (filters.cuttable() && masked) {
      constants.set(0, 1, constants.given(2) ? constants.of(2, 0) : new double[filters.length()]);
    }
    if (constants.axes(0).length < 2 || !constants.axes(0)[1].cuttable() || depthwise(constants)) {
      return;
    }
    if (!masked) {
      constants.requireZero(0, 1, "has a weight that is no constant, so nothing folds into it");
    } else if (constants.given(2) && !constants.isTensor(2)) {
      constants.requireZero(0, 1, "has a bias that is no constant, so nothing folds into it");
    } else if (padded(constants.node(), kernel(constants))) {
      constants.requireZero(0, 1, "pads with zeros, so they would have to be zero");
    } else {
      constants.requireConstant(0, 1);
    }
  }

  private static boolean depthwise(ChannelConstants constants) {
    return constants.node().intAttribute("group", 1) > 1 && constants.axes(1)[1].extent() == 1;
  }

  private static long kernel(ChannelConstants constants) {
    long kernel = 1;
    Axis[] weight = constants.axes(1);
    for (int axis = 2; axis < weight.length; axis++) {
      kernel = Math.max(kernel, weight[axis].extent());
    }
    return kernel;
  }

  /** Whether a window reaches over the border. */
  static boolean padded(Node node, long kernel) {
    boolean same = node.textAttribute("auto_pad", "NOTSET").startsWith("SAME") && kernel > 1;
    return same || node.intsAttribute("pads", List.of()).stream().anyMatch(pad -> pad != 0);
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis channels = cut.axes(0).length < 2 ? Axis.UNKNOWN : cut.axes(0)[1];
    if (!channels.cuttable() || !cut.cuts(channels)) {
      return;
    }
    long group = cut.node().intAttribute("group", 1);
    if (group > 1 && cut.axes(1)[1].extent() == 1) {
      cut.attribute("group", cut.kept(channels));
    } else {
      cut.addToBias(2, Folding.convolution(cut, channels, group), 1);
    }
  }
}
