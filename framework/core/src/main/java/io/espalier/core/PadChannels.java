package io.espalier.core;

import io.espalier.api.Attribute;
import java.util.Arrays;
import java.util.Optional;

/** Pads axes: channels that are padded to others go with those. */
final class PadChannels implements ChannelRule {
  @Override
  public void link(ChannelLinks links) {
    Axis[] output = links.input(0).clone();
    Optional<long[]> pads = pads(links.analysis(), links.node(), output.length);
    if (pads.isEmpty()) {
      links.touch("node '%s' (Pad) computes its pads".formatted(links.node().name()));
      return;
    }
    for (int axis = 0; axis < output.length; axis++) {
      long before = pads.get()[axis];
      long after = pads.get()[axis + output.length];
      if (before == 0 && after == 0) {
        continue;
      }
      Axis inner = output[axis];
      if (before < 0 || after < 0 || !constant(links.node())) {
        links.freezeHere(inner, "cuts or mirrors them");
      }
      output[axis] =
          inner.cuttable() && before >= 0 && after >= 0
              ? padded(links, inner, before, after)
              : Axis.fixed(inner.extent() < 0 ? -1 : inner.extent() + before + after);
    }
    links.output(0, output);
  }

  private static Axis padded(ChannelLinks links, Axis inner, long before, long after) {
    Axis pads = links.analysis().atoms().fresh(before + after);
    int[] atoms = new int[inner.length() + pads.length()];
    for (int i = 0; i < atoms.length; i++) {
      int at = i - (int) before;
      if (at < 0) {
        atoms[i] = pads.atom(i);
      } else {
        atoms[i] = at < inner.length() ? inner.atom(at) : pads.atom(i - inner.length());
      }
    }
    return Axis.of(atoms);
  }

  private static boolean constant(io.espalier.api.Node node) {
    return node.textAttribute("mode", "constant").equals("constant");
  }

  /** Pads of all axes: those before, then those behind. */
  private static Optional<long[]> pads(
      ChannelAnalysis analysis, io.espalier.api.Node node, int rank) {
    Optional<long[]> given = ChannelLinks.numbers(analysis, node, 1, "pads");
    Optional<long[]> axes = ChannelLinks.numbers(analysis, node, 3, "");
    if (given.isEmpty() || (axes.isEmpty() && node.inputs().size() > 3)) {
      return Optional.empty();
    }
    if (axes.isEmpty()) {
      return given;
    }
    long[] pads = new long[2 * rank];
    for (int i = 0; i < axes.get().length; i++) {
      long named = axes.get()[i];
      int axis = (int) (named < 0 ? named + rank : named);
      pads[axis] = given.get()[i];
      pads[axis + rank] = given.get()[i + axes.get().length];
    }
    return Optional.of(pads);
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] axes = constants.axes(0);
    Axis[] output = constants.outputAxes(0);
    long[] pads = pads(constants.analysis(), constants.node(), axes.length).orElse(new long[0]);
    if (pads.length == 0 || axes.length == 0) {
      return;
    }
    double value =
        constants.given(2) ? constants.scalar(2) : constants.node().realAttribute("value", 0);
    for (int axis = 0; axis < axes.length; axis++) {
      if (!axes[axis].cuttable() || !output[axis].cuttable()) {
        continue;
      }
      boolean others = false;
      for (int a = 0; a < axes.length; a++) {
        others |= a != axis && (pads[a] > 0 || pads[a + axes.length] > 0);
      }
      double[] settled = new double[output[axis].length()];
      Arrays.fill(settled, value);
      double[] x = constants.of(0, axis);
      for (int i = 0; i < x.length; i++) {
        boolean mixed = others && constant(constants.node()) && x[i] != value;
        settled[i + (int) pads[axis]] = mixed ? Double.NaN : x[i];
      }
      constants.set(0, axis, settled);
    }
  }

  @Override
  public void shrink(NodeCut cut) {
    Axis[] axes = cut.axes(0);
    Axis[] output = cut.outputAxes(0);
    int rank = axes.length;
    long[] pads = pads(cut.analysis(), cut.node(), rank).orElse(new long[2 * rank]);
    boolean changed = false;
    for (int axis = 0; axis < rank; axis++) {
      if (output[axis].cuttable() && output[axis] != axes[axis] && cut.cuts(output[axis])) {
        int before = (int) pads[axis];
        int after = (int) pads[axis + rank];
        int inner = axes[axis].length();
        pads[axis] = cut.kept(SplitChannels.part(output[axis], 0, before));
        pads[axis + rank] = cut.kept(SplitChannels.part(output[axis], before + inner, after));
        if (CountedZeros.filled(cut.analysis(), cut.node(), axis, rank)) {
          pads[axis + rank] += output[axis].length() - cut.kept(output[axis]);
        }
        changed = true;
      }
    }
    if (changed && cut.given(1)) {
      cut.numbers(1, "pads", pads);
      cut.withoutInput(3);
    } else if (changed) {
      cut.attribute("pads", new Attribute.Ints(Arrays.stream(pads).boxed().toList()));
    }
  }
}
