package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.DataType;
import io.espalier.api.Node;
import java.util.Arrays;

/**
 * Layer normalisation. A removed channel is zero and still counts in mean and variance: the cut
 * model puts such zeros back in front of the node and takes their outputs off behind it, see {@link
 * CountedZeros}. What the masked model makes of the zeros differs from sample to sample, so its
 * scale is zero there too.
 */
final class LayerNormChannels implements ChannelRule {
  /** From this operator set on the range of a Slice is an input. */
  private static final long RANGE_IS_INPUT = 10;

  static int first(Node node, int rank) {
    int axis = (int) node.intAttribute("axis", -1);
    return axis < 0 ? axis + rank : axis;
  }

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    int first = links.axis(links.node().intAttribute("axis", -1), axes.length);
    boolean known = fills(links, 1) && (!links.given(2) || fills(links, 2));
    known &= links.analysis().opset() >= RANGE_IS_INPUT;
    Axis[] statistics = axes.clone();
    for (int axis = first; axis < axes.length; axis++) {
      if (!known) {
        links.freezeHere(axes[axis], "normalises over them with a scale that is no constant");
      }
      statistics[axis] = Axis.ONE;
    }
    for (int i = 1; i < links.node().inputs().size(); i++) {
      if (links.given(i)) {
        Axis[] operand = links.input(i);
        links.broadcast(axes, operand);
        for (int axis = 0; axis < operand.length; axis++) {
          links.use(i, axis, i == 1 ? Role.FOLLOWS : Role.SHIFTS);
        }
      }
    }
    if (links.isTensor(1)) {
      links.analysis().silenceLikeABias(links.node().inputs().get(1));
    }
    links.output(0, axes);
    links.output(1, statistics);
    links.output(2, statistics);
  }

  /** Whether zeros can be put behind what is left of a constant. */
  private static boolean fills(ChannelLinks links, int input) {
    return links.isTensor(input)
        && links.analysis().model().tensor(links.node().inputs().get(input)).type()
            == DataType.FLOAT;
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    for (int axis = axes.length; axis-- > 0; ) {
      if (axes[axis].cuttable() && axis >= first(constants.node(), axes.length)) {
        constants.requireZero(0, axis, "normalises over them, so they would have to be zero");
        constants.set(0, axis, shifted(constants, axes[axis], axis - axes.length));
      }
    }
  }

  /** The bias where the scale is zero. */
  private static double[] shifted(ChannelConstants constants, Axis axis, int fromEnd) {
    double[] scale = along(constants, 1, axis, fromEnd);
    double[] shifted = constants.given(2) ? along(constants, 2, axis, fromEnd) : new double[0];
    shifted = Arrays.copyOf(shifted, axis.length());
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = scale[i] == 0 ? shifted[i] : Double.NaN;
    }
    return shifted;
  }

  private static double[] along(ChannelConstants constants, int input, Axis axis, int fromEnd) {
    Axis[] axes = constants.axes(input);
    int own = axes.length + fromEnd;
    return own >= 0 && axes[own].length() == axis.length()
        ? constants.of(input, own)
        : ChannelConstants.nothing(axis.length());
  }

  @Override
  public void shrink(NodeCut cut) {
    boolean[] longer = CountedZeros.restore(cut);
    boolean any = false;
    for (boolean one : longer) {
      any |= one;
    }
    for (int input = 1; any && input < 3 && cut.given(input); input++) {
      CountedZeros.fill(cut, input);
    }
    CountedZeros.trim(cut, longer);
  }
}
