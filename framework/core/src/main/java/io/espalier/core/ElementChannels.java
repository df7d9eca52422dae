package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import java.util.Set;

/** Operators of one element at a time, with broadcasting. */
final class ElementChannels implements ChannelRule {
  private static final Set<String> ADDING = Set.of("Add", "Sub", "Sum", "Mean");

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Role role = ADDING.contains(links.node().type()) ? Role.SHIFTS : Role.FOLLOWS;
    for (int i = 0; i < links.node().inputs().size(); i++) {
      if (links.given(i)) {
        Axis[] operand = links.input(i);
        axes = i == 0 ? operand : links.broadcast(axes, operand);
        for (int axis = 0; axis < operand.length; axis++) {
          links.use(i, axis, role);
        }
      }
    }
    for (int i = 0; i < links.node().outputs().size(); i++) {
      links.output(i, axes);
    }
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.outputAxes(0);
    for (int axis = 0; axis < axes.length; axis++) {
      if (axes[axis].cuttable()) {
        double[] settled = settle(constants, axes, axis);
        for (int i = 0; i < constants.node().outputs().size(); i++) {
          constants.set(i, axis, settled);
        }
      }
    }
  }

  private static double[] settle(ChannelConstants constants, Axis[] axes, int axis) {
    int count = constants.node().inputs().size();
    double[][] operands = new double[count][];
    double[] x = new double[count];
    for (int k = 0; k < count; k++) {
      Axis[] operand = constants.axes(k);
      int own = axis - (axes.length - operand.length);
      if (own >= 0 && operand[own].cuttable()) {
        operands[k] = constants.of(k, own);
      } else {
        operands[k] = new double[] {constants.scalar(k)};
      }
    }
    double[] settled = ChannelConstants.nothing(axes[axis].length());
    for (int i = 0; i < settled.length; i++) {
      if (constants.removed(axes[axis].atom(i))) {
        for (int k = 0; k < count; k++) {
          x[k] = operands[k].length == 1 ? operands[k][0] : operands[k][i];
        }
        settled[i] = ElementFunctions.of(constants.node(), x);
      }
    }
    return settled;
  }
}
