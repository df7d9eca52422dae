package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Joins values along an axis: their channels stand behind each other. */
final class ConcatChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] output = links.input(0).clone();
    int axis = links.axis(links.node().intAttribute("axis", 0), output.length);
    int count = links.node().inputs().size();
    boolean cuttable = false;
    boolean known = true;
    for (int i = 0; i < count; i++) {
      Axis[] part = links.input(i);
      cuttable |= part[axis].cuttable();
      known &= part[axis].extent() >= 0;
      for (int a = 0; a < part.length; a++) {
        links.use(i, a, Role.SHIFTS);
        if (a != axis) {
          output[a] = links.join(output[a], part[a]);
        }
      }
    }
    output[axis] =
        cuttable && known ? joined(links, axis, count) : fixed(links, axis, count, known);
    links.output(0, output);
  }

  private static Axis joined(ChannelLinks links, int axis, int count) {
    int length = 0;
    for (int i = 0; i < count; i++) {
      length += (int) links.input(i)[axis].extent();
    }
    int[] atoms = new int[length];
    int next = 0;
    for (int i = 0; i < count; i++) {
      Axis part = links.input(i)[axis];
      if (!part.cuttable() && part.extent() > 0) {
        part = links.analysis().atoms().fresh(part.extent());
        links.freezeHere(part, "joins them to channels that cannot be cut");
      }
      for (int j = 0; j < part.length(); j++) {
        atoms[next++] = part.atom(j);
      }
    }
    return Axis.of(atoms);
  }

  private static Axis fixed(ChannelLinks links, int axis, int count, boolean known) {
    long extent = 0;
    for (int i = 0; i < count; i++) {
      Axis part = links.input(i)[axis];
      links.freezeHere(part, "joins them to something of unknown extent");
      extent += part.extent();
    }
    return known ? Axis.fixed(extent) : Axis.UNKNOWN;
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] output = constants.outputAxes(0);
    if (output.length == 0) {
      return;
    }
    int axis = (int) constants.node().intAttribute("axis", 0);
    axis = axis < 0 ? axis + output.length : axis;
    for (int a = 0; a < output.length; a++) {
      if (output[a].cuttable()) {
        constants.set(
            0, a, a == axis ? chain(constants, axis, output[a].length()) : common(constants, a));
      }
    }
  }

  private static double[] chain(ChannelConstants constants, int axis, int length) {
    double[] chain = ChannelConstants.nothing(length);
    int next = 0;
    for (int i = 0; i < constants.node().inputs().size(); i++) {
      Axis part = constants.axes(i)[axis];
      if (part.cuttable()) {
        System.arraycopy(constants.of(i, axis), 0, chain, next, part.length());
      }
      next += (int) part.extent();
    }
    return chain;
  }

  /** The constants that all inputs agree on along another axis. */
  private static double[] common(ChannelConstants constants, int axis) {
    double[] common = constants.of(0, axis).clone();
    for (int i = 1; i < constants.node().inputs().size(); i++) {
      double[] other = constants.of(i, axis);
      for (int j = 0; j < common.length; j++) {
        if (common[j] != other[j]) {
          common[j] = Double.NaN;
        }
      }
    }
    return common;
  }
}
