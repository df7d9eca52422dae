package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;

/** Matrix product of stacks: a dense layer where one side is a tensor, attention where none is. */
final class MatMulChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] a = links.input(0);
    Axis[] b = links.input(1);
    int innerA = a.length - 1;
    int innerB = Math.max(0, b.length - 2);
    links.join(a[innerA], b[innerB]);
    links.use(0, innerA, Role.READS);
    links.use(1, innerB, Role.READS);
    for (int axis = 0; axis < a.length; axis++) {
      if (axis != innerA) {
        links.use(0, axis, Role.MAKES);
      }
    }
    for (int axis = 0; axis < b.length; axis++) {
      if (axis != innerB) {
        links.use(1, axis, Role.MAKES);
      }
    }
    Axis[] stack = links.broadcast(stack(a), stack(b));
    int rank = stack.length + (a.length > 1 ? 1 : 0) + (b.length > 1 ? 1 : 0);
    Axis[] output = new Axis[rank];
    System.arraycopy(stack, 0, output, 0, stack.length);
    int next = stack.length;
    if (a.length > 1) {
      output[next++] = a[a.length - 2];
    }
    if (b.length > 1) {
      output[next] = b[b.length - 1];
    }
    links.output(0, output);
  }

  /** The axes before the matrix. */
  private static Axis[] stack(Axis[] axes) {
    return java.util.Arrays.copyOf(axes, Math.max(0, axes.length - 2));
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] a = constants.axes(0);
    Axis[] b = constants.axes(1);
    Axis[] output = constants.outputAxes(0);
    if (a.length == 0 || b.length == 0 || output.length == 0) {
      return;
    }
    settleInner(constants, a, b);
    int stack = output.length - (a.length > 1 ? 1 : 0) - (b.length > 1 ? 1 : 0);
    for (int axis = 0; axis < output.length; axis++) {
      if (!output[axis].cuttable()) {
        continue;
      }
      double[] settled = ChannelConstants.nothing(output[axis].length());
      if (axis < stack) {
        spread(constants, 0, axis - (stack - a.length + 2), settled);
        spread(constants, 1, axis - (stack - b.length + 2), settled);
      } else if (a.length > 1 && axis == stack) {
        spread(constants, 0, a.length - 2, settled);
      } else {
        spread(constants, 1, b.length - 1, settled);
      }
      constants.set(0, axis, settled);
    }
  }

  /** A product with zero is zero. */
  private static void spread(ChannelConstants constants, int input, int axis, double[] settled) {
    Axis[] axes = constants.axes(input);
    if (axis < 0 || axis >= axes.length || !axes[axis].cuttable()) {
      return;
    }
    double[] given = constants.of(input, axis);
    for (int i = 0; i < settled.length; i++) {
      if (given[i] == 0) {
        settled[i] = 0;
      }
    }
  }

  private static void settleInner(ChannelConstants constants, Axis[] a, Axis[] b) {
    int innerA = a.length - 1;
    int innerB = Math.max(0, b.length - 2);
    Axis inner = a[innerA];
    if (!inner.cuttable()) {
      return;
    }
    if (constants.isTensor(1) && b.length <= 2) {
      constants.requireConstant(0, innerA);
    } else if (constants.isTensor(0) && a.length == 2) {
      constants.requireConstant(1, innerB);
    } else {
      double[] left = constants.of(0, innerA);
      double[] right = constants.of(1, innerB);
      for (int i = 0; i < inner.length(); i++) {
        if (left[i] != 0 && right[i] != 0 && constants.removed(inner.atom(i))) {
          constants.problem(inner.atom(i), "multiplies them, so one side would have to be zero");
        }
      }
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] a = cut.axes(0);
    Axis[] b = cut.axes(1);
    int innerB = Math.max(0, b.length - 2);
    if (a.length == 0 || b.length == 0 || !cut.cuts(a[a.length - 1])) {
      return;
    }
    if (cut.isTensor(1) && b.length <= 2) {
      double[] sums = Folding.matrix(cut, 0, a.length - 1, 1, innerB);
      cut.addAfter(sums, false);
    } else if (cut.isTensor(0) && a.length == 2) {
      double[] sums = Folding.matrix(cut, 1, innerB, 0, 1);
      cut.addAfter(sums, b.length > 1);
    }
  }
}
