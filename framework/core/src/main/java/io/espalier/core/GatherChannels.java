package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import java.util.Optional;

/** Picks coordinates of an axis: a permutation or choice of channels, or rows of an embedding. */
final class GatherChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] data = links.input(0);
    Axis[] picked = links.input(1);
    int axis = links.axis(links.node().intAttribute("axis", 0), data.length);
    Axis[] output = new Axis[data.length - 1 + picked.length];
    System.arraycopy(data, 0, output, 0, axis);
    System.arraycopy(data, axis + 1, output, axis + picked.length, data.length - axis - 1);
    for (int a = 0; a < data.length; a++) {
      links.use(0, a, a == axis ? Role.FOLLOWS : Role.SHIFTS);
    }
    Optional<long[]> indices = links.numbers(1, "");
    if (picked.length == 1 && indices.isPresent() && data[axis].cuttable()) {
      output[axis] = picked(data[axis], indices.get());
    } else {
      links.freezeHere(data[axis], "picks among them by number");
      for (int i = 0; i < picked.length; i++) {
        output[axis + i] = links.isTensor(1) ? Axis.fixed(picked[i].extent()) : picked[i];
      }
    }
    links.output(0, output);
  }

  private static Axis picked(Axis axis, long[] indices) {
    int[] atoms = new int[indices.length];
    for (int i = 0; i < atoms.length; i++) {
      atoms[i] = axis.atom(at(indices[i], axis));
    }
    return atoms.length == 0 ? Axis.fixed(0) : Axis.of(atoms);
  }

  private static int at(long index, Axis axis) {
    return (int) (index < 0 ? index + axis.length() : index);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] data = constants.axes(0);
    Axis[] output = constants.outputAxes(0);
    if (data.length == 0 || output.length == 0) {
      return;
    }
    long named = constants.node().intAttribute("axis", 0);
    int axis = (int) (named < 0 ? named + data.length : named);
    int picked = constants.axes(1).length;
    for (int a = 0; a < data.length; a++) {
      if (a != axis) {
        constants.pass(0, a, 0, a < axis ? a : a + picked - 1);
      }
    }
    Optional<long[]> indices = ChannelLinks.numbers(constants.analysis(), constants.node(), 1, "");
    if (picked == 1 && indices.isPresent() && data[axis].cuttable()) {
      double[] x = constants.of(0, axis);
      double[] settled = new double[indices.get().length];
      for (int i = 0; i < settled.length; i++) {
        settled[i] = x[at(indices.get()[i], data[axis])];
      }
      constants.set(0, axis, settled);
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] data = cut.axes(0);
    long named = cut.node().intAttribute("axis", 0);
    int axis = (int) (named < 0 ? named + data.length : named);
    Optional<long[]> indices = cut.numbers(1, "");
    if (cut.axes(1).length != 1 || indices.isEmpty() || !cut.cuts(data[axis])) {
      return;
    }
    int[] places = new int[data[axis].length()];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = next;
      next += cut.removed(data[axis].atom(i)) ? 0 : 1;
    }
    long[] left =
        java.util.Arrays.stream(indices.get())
            .mapToInt(index -> at(index, data[axis]))
            .filter(index -> !cut.removed(data[axis].atom(index)))
            .mapToLong(index -> places[index])
            .toArray();
    cut.numbers(1, "indices", left);
  }
}
