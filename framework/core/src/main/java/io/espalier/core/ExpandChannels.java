package io.espalier.core;

import java.util.Optional;

/** Repeats axes of extent 1. */
final class ExpandChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Optional<long[]> shape = links.numbers(1, "");
    if (shape.isEmpty()) {
      links.touch("node '%s' (Expand) computes its shape".formatted(links.node().name()));
      return;
    }
    Axis[] wanted = new Axis[shape.get().length];
    for (int axis = 0; axis < wanted.length; axis++) {
      int own = axis - (wanted.length - axes.length);
      boolean same = own >= 0 && axes[own].extent() == shape.get()[axis];
      wanted[axis] = same ? axes[own] : Axis.fixed(shape.get()[axis]);
    }
    links.output(0, links.broadcast(axes, wanted));
  }

  @Override
  public void settle(ChannelConstants constants) {
    int offset = constants.outputAxes(0).length - constants.axes(0).length;
    for (int axis = 0; axis < constants.axes(0).length; axis++) {
      constants.pass(0, axis, 0, axis + offset);
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] output = cut.outputAxes(0);
    Optional<long[]> shape = cut.numbers(1, "");
    if (shape.isEmpty()) {
      return;
    }
    long[] wanted = shape.get();
    boolean changed = false;
    for (int axis = 0; axis < wanted.length; axis++) {
      Axis own = output[axis + output.length - wanted.length];
      if (own.cuttable() && wanted[axis] > 1 && cut.cuts(own)) {
        wanted[axis] = cut.kept(own);
        changed = true;
      }
    }
    if (changed) {
      cut.numbers(1, "shape", wanted);
    }
  }
}
