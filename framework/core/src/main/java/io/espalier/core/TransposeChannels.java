package io.espalier.core;

import io.espalier.api.Node;
import java.util.List;

/** Puts axes into another order. */
final class TransposeChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Axis[] output = new Axis[axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      output[axis] = axes[source(links.node(), axis, axes.length)];
    }
    links.output(0, output);
  }

  private static int source(Node node, int axis, int rank) {
    List<Long> order = node.intsAttribute("perm", List.of());
    return order.isEmpty() ? rank - 1 - axis : order.get(axis).intValue();
  }

  @Override
  public void settle(ChannelConstants constants) {
    int rank = constants.axes(0).length;
    for (int axis = 0; axis < rank; axis++) {
      constants.pass(0, source(constants.node(), axis, rank), 0, axis);
    }
  }
}
