package io.espalier.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reductions: over pixels each channel by itself; over channels those that lose zeros or can count
 * them, see {@link CountedZeros}.
 */
final class ReductionChannels implements ChannelRule {
  private static final Set<String> OF_ZEROS =
      Set.of(
          "ReduceSum",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin");
  private static final Set<String> KEEP_CONSTANTS = Set.of("ReduceMean", "ReduceMax", "ReduceMin");

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    Optional<long[]> named = links.numbers(1, "axes");
    if (named.isEmpty() && links.given(1)) {
      links.touch(
          "node '%s' (%s) computes which axes it reduces"
              .formatted(links.node().name(), links.node().type()));
      return;
    }
    boolean[] reduced = reduced(links.analysis(), links.node(), axes.length);
    boolean kept = links.node().intAttribute("keepdims", 1) != 0;
    List<Axis> output = new ArrayList<>();
    for (int axis = 0; axis < axes.length; axis++) {
      if (!reduced[axis]) {
        output.add(axes[axis]);
      } else {
        if (!OF_ZEROS.contains(links.node().type())) {
          links.freezeHere(axes[axis], "reduces over them, and fewer give something else");
        }
        if (kept) {
          output.add(Axis.ONE);
        }
      }
    }
    links.output(0, output.toArray(Axis[]::new));
  }

  /** Which axes a node reduces. */
  static boolean[] reduced(ChannelAnalysis analysis, io.espalier.api.Node node, int rank) {
    boolean[] reduced = new boolean[rank];
    long[] named = ChannelLinks.numbers(analysis, node, 1, "axes").orElse(new long[0]);
    boolean all = named.length == 0 && node.intAttribute("noop_with_empty_axes", 0) == 0;
    Arrays.fill(reduced, all);
    for (long axis : named) {
      reduced[(int) (axis < 0 ? axis + rank : axis)] = true;
    }
    return reduced;
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    if (axes.length == 0 || constants.outputAxes(0).length == 0 && axes.length > 0) {
      return;
    }
    boolean[] reduced = reduced(constants.analysis(), constants.node(), axes.length);
    boolean kept = constants.node().intAttribute("keepdims", 1) != 0;
    int next = 0;
    for (int axis = 0; axis < axes.length; axis++) {
      if (reduced[axis]) {
        if (axes[axis].cuttable()) {
          constants.requireZero(0, axis, "reduces over them, so they would have to be zero");
        }
        next += kept ? 1 : 0;
      } else {
        if (axes[axis].cuttable()) {
          double[] x = constants.of(0, axis);
          boolean same = KEEP_CONSTANTS.contains(constants.node().type());
          constants.set(0, next, same ? x : PoolChannels.zerosOf(x));
        }
        next++;
      }
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    CountedZeros.restore(cut);
  }
}
