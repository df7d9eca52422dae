package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.DataType;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What removed channels hold once the weights that make them are zero: constants, carried from node
 * to node, until a layer reads them and they can be folded into its bias.
 *
 * <p>Two things cannot be folded: a constant that is not the same everywhere (NaN here), and one
 * that meets zero padding, since the border then sees less of it. Channels with such a constant are
 * <em>silenced</em>: their biases are taken to be zero as well. Those that even then hold something
 * else than zero where zero is needed cannot be removed exactly.
 */
final class ChannelConstants {
  private static final double[] UNKNOWN = {};

  private final ChannelAnalysis analysis;
  private final BitSet removed;
  private final BitSet silenced;
  private final Map<String, double[][]> values = new HashMap<>();
  private final Map<Integer, String> problems = new LinkedHashMap<>();
  private Node node;

  private ChannelConstants(ChannelAnalysis analysis, BitSet removed, BitSet silenced) {
    this.analysis = analysis;
    this.removed = removed;
    this.silenced = silenced;
    this.node = new Node("", "", "", java.util.List.of(), java.util.List.of(), Map.of());
    for (Node next : analysis.model().graph().nodes()) {
      node = next;
      if (!analysis.isTouched(next)) {
        ChannelRules.of(next).settle(this);
      }
    }
  }

  /** Freezes what could not be removed exactly even with its biases at zero. */
  static void freezeInexact(ChannelAnalysis analysis) {
    BitSet all = new BitSet();
    all.set(0, analysis.atoms().size());
    new ChannelConstants(analysis, all, all).problems.forEach(analysis.atoms()::freeze);
  }

  /**
   * The constants of removed channels, of which as few as possible are silenced.
   *
   * @param removed the atoms that stand for them
   */
  static ChannelConstants of(ChannelAnalysis analysis, BitSet removed) {
    BitSet silenced = new BitSet();
    while (true) {
      ChannelConstants constants =
          new ChannelConstants(analysis, removed, (BitSet) silenced.clone());
      if (constants.problems.isEmpty()) {
        return constants;
      }
      for (Map.Entry<Integer, String> problem : constants.problems.entrySet()) {
        if (silenced.get(problem.getKey())) {
          throw new EspalierException(FailureCode.MODEL, problem.getValue());
        }
        silenced.set(problem.getKey());
      }
    }
  }

  boolean removed(int atom) {
    return removed.get(analysis.atoms().find(atom));
  }

  /** Whether the biases of a removed channel are taken to be zero too. */
  boolean silenced(int atom) {
    return silenced.get(analysis.atoms().find(atom));
  }

  /** Whether a removed coordinate of a tensor is zero in the masked model. */
  boolean zeroed(String tensor, int axis, int atom) {
    return analysis.role(tensor, axis) == Role.MAKES
        || (silenced(atom) && analysis.isSilenced(tensor, axis));
  }

  Node node() {
    return node;
  }

  ChannelAnalysis analysis() {
    return analysis;
  }

  boolean given(int input) {
    return node.hasInput(input);
  }

  boolean isTensor(int input) {
    return given(input) && analysis.isTensor(node.inputs().get(input));
  }

  /** Axes of an input; none if it is not given or nothing is known about it. */
  Axis[] axes(int input) {
    Axis[] axes = given(input) ? analysis.axes(node.inputs().get(input)) : null;
    return axes == null ? new Axis[0] : axes;
  }

  /** Axes of an output; none if nothing is known about it. */
  Axis[] outputAxes(int output) {
    Axis[] axes = output < node.outputs().size() ? analysis.axes(node.outputs().get(output)) : null;
    return axes == null ? new Axis[0] : axes;
  }

  /** Constants along an axis of an input, NaN where there is none. */
  double[] of(int input, int axis) {
    return of(node.inputs().get(input), axis);
  }

  /** Constants along an axis of a value or tensor, NaN where there is none. */
  double[] of(String name, int axis) {
    Axis[] axes = analysis.axes(name);
    if (axes == null || !axes[axis].cuttable()) {
      return UNKNOWN;
    }
    Axis of = axes[axis];
    double[][] known = values.get(name);
    if (known == null && analysis.isTensor(name)) {
      known = new double[axes.length][];
      values.put(name, known);
    }
    if (known == null) {
      return nothing(of.length());
    }
    if (known[axis] == null) {
      known[axis] =
          analysis.isTensor(name)
              ? constants(analysis.model().tensor(name), axis, of)
              : nothing(of.length());
    }
    return known[axis];
  }

  /** Sets the constants along an axis of an output. */
  void set(int output, int axis, double[] constants) {
    if (output < node.outputs().size()) {
      Axis[] axes = outputAxes(output);
      if (axis < axes.length && axes[axis].cuttable()) {
        values
                .computeIfAbsent(node.outputs().get(output), name -> new double[axes.length][])[
                axis] =
            constants;
      }
    }
  }

  /** Hands the constants of an input's axis to an output's axis of the same coordinates. */
  void pass(int input, int axis, int output, int outputAxis) {
    if (axes(input).length > axis && axes(input)[axis].cuttable()) {
      set(output, outputAxis, of(input, axis));
    }
  }

  /** The value that all elements of a small constant input have; NaN if they differ. */
  double scalar(int input) {
    if (!isTensor(input)) {
      return Double.NaN;
    }
    Tensor tensor = analysis.model().tensor(node.inputs().get(input));
    return tensor.type() == DataType.FLOAT && tensor.size() > 0
        ? uniform(tensor.floats(), 0, 1, 1, tensor.size())
        : Double.NaN;
  }

  /** A channel has a constant that the node cannot do without. */
  void problem(int atom, String what) {
    problems.putIfAbsent(
        analysis.atoms().find(atom), "node '%s' (%s) %s".formatted(node.name(), node.type(), what));
  }

  /** Asks that removed channels are zero along an axis of an input. */
  void requireZero(int input, int axis, String what) {
    Axis of = axes(input)[axis];
    double[] constants = of(input, axis);
    for (int i = 0; i < of.length(); i++) {
      if (constants[i] != 0 && removed(of.atom(i))) {
        problem(of.atom(i), what);
      }
    }
  }

  /** Asks that removed channels have a constant along an axis of an input. */
  void requireConstant(int input, int axis) {
    Axis of = axes(input)[axis];
    double[] constants = of(input, axis);
    for (int i = 0; i < of.length(); i++) {
      if (Double.isNaN(constants[i]) && removed(of.atom(i))) {
        problem(of.atom(i), "would still take in more than a constant of them");
      }
    }
  }

  static double[] nothing(int length) {
    double[] nothing = new double[length];
    Arrays.fill(nothing, Double.NaN);
    return nothing;
  }

  private double[] constants(Tensor tensor, int axis, Axis of) {
    double[] constants = nothing(of.length());
    long inner = 1;
    for (int a = axis + 1; a < tensor.shape().rank(); a++) {
      inner *= tensor.shape().dim(a);
    }
    for (int i = 0; i < constants.length; i++) {
      if (!removed(of.atom(i))) {
        continue;
      }
      if (zeroed(tensor.name(), axis, of.atom(i))) {
        constants[i] = 0;
      } else if (tensor.type() == DataType.FLOAT) {
        int block = (int) inner * constants.length;
        constants[i] =
            uniform(tensor.floats(), (int) (i * inner), block, tensor.size() / block, (int) inner);
      }
    }
    return constants;
  }

  /** The value of some runs of elements; NaN if they differ. */
  private static double uniform(FloatBuffer all, int from, int stride, int runs, int length) {
    float first = all.get(from);
    for (int run = 0; run < runs; run++) {
      int start = from + run * stride;
      for (int i = 0; i < length; i++) {
        if (all.get(start + i) != first) {
          return Double.NaN;
        }
      }
    }
    return first;
  }
}
