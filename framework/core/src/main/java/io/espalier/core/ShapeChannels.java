package io.espalier.core;

import io.espalier.api.Node;
import java.util.Arrays;
import java.util.Optional;

/** The shape of a value as numbers: an extent that the graph computes with must not change. */
final class ShapeChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    boolean[] read = new boolean[axes.length];
    String output = links.node().outputs().get(0);
    Arrays.fill(
        read,
        links.analysis().model().graph().outputs().stream().anyMatch(o -> o.name().equals(output)));
    for (Node reader : links.analysis().readers(output)) {
      Optional<long[]> picked =
          reader.type().equals("Gather")
              ? ChannelLinks.numbers(links.analysis(), reader, 1, "")
              : Optional.empty();
      if (picked.isEmpty() || links.node().attributes().containsKey("start")) {
        Arrays.fill(read, true);
      }
      for (long axis : picked.orElse(new long[0])) {
        read[links.axis(axis, axes.length)] = true;
      }
    }
    for (int axis = 0; axis < axes.length; axis++) {
      if (read[axis]) {
        links.freezeHere(axes[axis], "counts them");
      }
    }
    links.output(0, Axis.fixed(axes.length));
  }

  @Override
  public void settle(ChannelConstants constants) {}
}
