package io.espalier.core;

import io.espalier.api.Attribute;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Operators in whose result a zero counts: a mean, an extremum, a normalisation over channels.
 * Removed channels are zero there, and the cut model pads what is left with as many zeros, which
 * changes nothing. A node that an earlier cut has padded gets more zeros by the same Pad.
 */
final class CountedZeros {
  private static final Set<String> REDUCTIONS = Set.of("ReduceMean", "ReduceMax", "ReduceMin");

  /** From this operator set on the pads of a Pad are an input. */
  private static final long PADS_ARE_INPUT = 11;

  private CountedZeros() {}

  /** Whether zeros along some axes of a node's first input count in its result. */
  static boolean[] axes(ChannelAnalysis analysis, Node node, int rank) {
    if (REDUCTIONS.contains(node.type())) {
      return ReductionChannels.reduced(analysis, node, rank);
    }
    boolean[] counted = new boolean[rank];
    if (node.type().equals("LayerNormalization")) {
      Arrays.fill(counted, LayerNormChannels.first(node, rank), rank, true);
    }
    return counted;
  }

  /** Whether a Pad hands zeros to such a node and to nobody else. */
  static boolean filled(ChannelAnalysis analysis, Node pad, int axis, int rank) {
    List<Node> readers = analysis.readers(pad.outputs().get(0));
    return pad.type().equals("Pad")
        && pad.textAttribute("mode", "constant").equals("constant")
        && !pad.hasInput(2)
        && pad.realAttribute("value", 0) == 0
        && grows(analysis, pad, axis)
        && readers.size() == 1
        && readers.get(0).inputs().indexOf(pad.outputs().get(0)) == 0
        && axes(analysis, readers.get(0), rank)[axis];
  }

  private static boolean grows(ChannelAnalysis analysis, Node pad, int axis) {
    Axis[] from = analysis.axes(pad.inputs().get(0));
    Axis[] to = analysis.axes(pad.outputs().get(0));
    return from != null && to != null && to[axis].cuttable() && from[axis] != to[axis];
  }

  /**
   * Puts the zeros back that a cut takes from a node.
   *
   * @return the axes that have more coordinates now than the cut leaves
   */
  static boolean[] restore(NodeCut cut) {
    Axis[] axes = cut.axes(0);
    boolean[] longer = axes(cut.analysis(), cut.node(), axes.length);
    long[] pads = new long[2 * axes.length];
    boolean any = false;
    Optional<Node> producer = cut.analysis().producer(cut.node().inputs().get(0));
    for (int axis = 0; axis < axes.length; axis++) {
      longer[axis] &= axes[axis].cuttable() && cut.cuts(axes[axis]);
      int number = axis;
      if (longer[axis]
          && producer.filter(p -> filled(cut.analysis(), p, number, axes.length)).isEmpty()) {
        pads[axis + axes.length] = axes[axis].length() - cut.kept(axes[axis]);
        any = true;
      }
    }
    if (any && cut.opset() >= PADS_ARE_INPUT) {
      String amounts = cut.constant("pads", pads);
      cut.before(0, "Pad", "zeros", List.of(amounts), Map.of());
    } else if (any) {
      Attribute amounts = new Attribute.Ints(Arrays.stream(pads).boxed().toList());
      cut.before(0, "Pad", "zeros", List.of(), Map.of("pads", amounts));
    }
    return longer;
  }

  /** Takes the coordinates at the end of some axes off that a node's output has too many of. */
  static void trim(NodeCut cut, boolean[] longer) {
    Axis[] axes = cut.outputAxes(0);
    List<Long> ends = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (int axis = 0; axis < axes.length; axis++) {
      if (longer[axis]) {
        ends.add((long) cut.kept(axes[axis]));
        numbers.add((long) axis);
      }
    }
    List<Node> readers = cut.analysis().readers(cut.node().outputs().get(0));
    if (numbers.isEmpty() || trims(cut, readers, numbers)) {
      return;
    }
    List<String> range =
        List.of(
            cut.constant("from", new long[numbers.size()]),
            cut.constant("to", longs(ends)),
            cut.constant("axes", longs(numbers)));
    cut.after(0, "Slice", "whole", "kept", range);
  }

  /** Whether the only reader takes nothing from the end anyway. */
  private static boolean trims(NodeCut cut, List<Node> readers, List<Long> axes) {
    return readers.size() == 1
        && readers.get(0).type().equals("Slice")
        && axes.size() == 1
        && SliceChannels.takes(cut.analysis(), readers.get(0), axes.get(0).intValue());
  }

  /** A tensor of the shape that it had before the cut, with zeros behind what is left. */
  static void fill(NodeCut cut, int input) {
    String name = cut.node().inputs().get(input);
    Tensor left = cut.tensor(name);
    Shape whole = cut.analysis().model().tensor(name).shape();
    if (left.shape().equals(whole)) {
      return;
    }
    float[] from = left.toFloatArray();
    float[] to = new float[(int) whole.size()];
    for (int i = 0; i < from.length; i++) {
      int rest = i;
      int at = 0;
      int step = 1;
      for (int axis = whole.rank() - 1; axis >= 0; axis--) {
        int extent = (int) left.shape().dim(axis);
        at += rest % extent * step;
        rest /= extent;
        step *= (int) whole.dim(axis);
      }
      to[at] = from[i];
    }
    cut.floats(input, "filled", whole, to);
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
