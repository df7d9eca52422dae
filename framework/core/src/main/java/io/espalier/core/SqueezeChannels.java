package io.espalier.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Drops or adds axes of extent 1. */
final class SqueezeChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Optional<long[]> named = links.numbers(1, "axes");
    if (named.isEmpty()) {
      links.touch(
          "node '%s' (%s) names no axes".formatted(links.node().name(), links.node().type()));
      return;
    }
    int[] sources = sources(links.node(), axes.length, named.get());
    Axis[] output = new Axis[sources.length];
    for (int i = 0; i < sources.length; i++) {
      output[i] = sources[i] < 0 ? Axis.ONE : axes[sources[i]];
    }
    links.output(0, output);
  }

  /** Axis of the input that each output axis is; -1 for a new one. */
  private static int[] sources(io.espalier.api.Node node, int rank, long[] named) {
    boolean adds = node.type().equals("Unsqueeze");
    int full = adds ? rank + named.length : rank;
    boolean[] marked = new boolean[full];
    for (long axis : named) {
      marked[(int) (axis < 0 ? axis + full : axis)] = true;
    }
    List<Integer> sources = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < full; axis++) {
      if (adds) {
        sources.add(marked[axis] ? -1 : next++);
      } else if (!marked[axis]) {
        sources.add(axis);
      }
    }
    return sources.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    Optional<long[]> named =
        ChannelLinks.numbers(constants.analysis(), constants.node(), 1, "axes");
    if (axes.length == 0 || named.isEmpty()) {
      return;
    }
    int[] sources = sources(constants.node(), axes.length, named.get());
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] >= 0) {
        constants.pass(0, sources[i], 0, i);
      }
    }
  }
}
