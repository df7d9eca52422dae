package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.core.Regrouping.Factor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reshape and Flatten. Merged axes keep every channel apart, with stride. Of a channel axis that is
 * split, one part can still be cut: the coordinates of the other parts are tied. In an attention
 * that is the heads or their dimensions, as asked; else the part for which nothing has to be tied,
 * or the largest.
 */
final class ReshapeChannels implements ChannelRule {
  /** A place of a computed shape that could be anything. */
  private static final long COMPUTED = Long.MIN_VALUE;

  /** How far a split is followed to see whether it forms the heads of an attention. */
  private static final int LOOKAHEAD = 12;

  @Override
  public void link(ChannelLinks links) {
    Axis[] axes = links.input(0);
    String name = links.node().outputs().get(0);
    Shape from = links.shape(links.node().inputs().get(0));
    Shape to = links.shape(name);
    if (Arrays.stream(axes).noneMatch(Axis::cuttable)) {
      if (to != null) {
        links.output(0, ChannelAnalysis.fixed(to));
      }
      return;
    }
    Optional<Regrouping> all =
        from == null || to == null ? Optional.empty() : Regrouping.of(from, to);
    if (all.isEmpty() || to == null) {
      links.touch(
          "node '%s' (%s) rearranges them in a way that is not known"
              .formatted(links.node().name(), links.node().type()));
      return;
    }
    Axis[] output = ChannelAnalysis.fixed(to);
    List<Factor> chosen = new ArrayList<>();
    for (int axis = 0; axis < axes.length; axis++) {
      if (axes[axis].cuttable()) {
        Factor factor = choose(links, all.get(), axis);
        boolean taken = output[factor.to()].cuttable();
        if (taken) {
          links.freezeHere(axes[axis], "merges them with channels of another axis");
          continue;
        }
        int[] tied = tie(links, axes[axis], factor);
        output[factor.to()] = spread(tied, factor, to.dim(factor.to()));
        chosen.add(factor);
      }
    }
    links.analysis().keep(links.node(), all.get().only(chosen));
    freezeComputed(links, output);
    links.output(0, output);
  }

  private static Factor choose(ChannelLinks links, Regrouping all, int axis) {
    List<Factor> factors = all.of(axis);
    if (factors.size() == 1) {
      return factors.get(0);
    }
    Axis split = links.input(0)[axis];
    Optional<Factor> free = factors.stream().filter(f -> isFree(links, split, f)).findFirst();
    if (free.isPresent()) {
      return free.get();
    }
    List<Factor> pure = factors.stream().filter(f -> !all.mixed(f)).toList();
    List<Factor> candidates = pure.isEmpty() ? factors : pure;
    if (candidates.size() > 1 && isAttention(links)) {
      boolean whole = links.analysis().options().heads() == GroupOptions.Heads.WHOLE;
      return candidates.get(candidates.size() - (whole ? 2 : 1));
    }
    return candidates.stream()
        .max(Comparator.comparingInt(Factor::extent).thenComparing(candidates::indexOf))
        .orElseThrow();
  }

  /** Whether all coordinates of one digit are tied already. */
  private static boolean isFree(ChannelLinks links, Axis axis, Factor factor) {
    Atoms atoms = links.analysis().atoms();
    for (int i = 0; i < axis.length(); i++) {
      int first = factor.fromDigit(i) * factor.fromStride();
      if (atoms.find(axis.atom(i)) != atoms.find(axis.atom(first))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the output reaches a product of two values before it is reshaped again. */
  private static boolean isAttention(ChannelLinks links) {
    Deque<Node> open = new ArrayDeque<>(links.analysis().readers(links.node().outputs().get(0)));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty() && seen.size() < LOOKAHEAD) {
      Node node = open.remove();
      if (!seen.add(node.name())) {
        continue;
      }
      if (node.type().equals("MatMul")
          && node.inputs().stream().noneMatch(links.analysis()::isTensor)) {
        return true;
      }
      if (!node.type().equals("Reshape") && !node.type().equals("Flatten")) {
        node.outputs().forEach(output -> open.addAll(links.analysis().readers(output)));
      }
    }
    return false;
  }

  /** Ties the coordinates of each digit; gives an atom for each. */
  private static int[] tie(ChannelLinks links, Axis axis, Factor factor) {
    int[] digits = new int[factor.extent()];
    Arrays.fill(digits, -1);
    for (int i = 0; i < axis.length(); i++) {
      int digit = factor.fromDigit(i);
      if (digits[digit] < 0) {
        digits[digit] = axis.atom(i);
      } else {
        links.analysis().atoms().join(digits[digit], axis.atom(i));
      }
    }
    return digits;
  }

  private static Axis spread(int[] digits, Factor factor, long extent) {
    int[] atoms = new int[Math.toIntExact(extent)];
    for (int i = 0; i < atoms.length; i++) {
      atoms[i] = digits[factor.toDigit(i)];
    }
    return Axis.of(atoms);
  }

  /** An extent that the graph computes cannot be set to what is left. */
  private static void freezeComputed(ChannelLinks links, Axis[] output) {
    if (!links.node().type().equals("Reshape") || links.numbers(1, "").isPresent()) {
      return;
    }
    long[] wanted = traced(links);
    for (int axis = 0; axis < output.length; axis++) {
      boolean open = wanted.length == output.length && (wanted[axis] == -1 || wanted[axis] == 0);
      if (!open) {
        links.freezeHere(output[axis], "computes their number");
      }
    }
  }

  /** What is known of a computed shape: the constant parts of a Concat. */
  private static long[] traced(ChannelLinks links) {
    String shape = links.node().inputs().get(1);
    Optional<Node> producer =
        links.analysis().producer(shape).filter(node -> node.type().equals("Concat"));
    List<Long> parts = new ArrayList<>();
    for (String part : producer.map(Node::inputs).orElse(List.of())) {
      Tensor tensor = links.analysis().model().tensors().get(part);
      Axis[] axes = links.analysis().axes(part);
      if (tensor != null && tensor.type() == DataType.INT64) {
        for (int i = 0; i < tensor.size(); i++) {
          parts.add(tensor.longs().get(i));
        }
      } else if (axes != null && axes.length == 1 && axes[0].extent() >= 0) {
        for (int i = 0; i < axes[0].extent(); i++) {
          parts.add(COMPUTED);
        }
      } else {
        return new long[0];
      }
    }
    return parts.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void settle(ChannelConstants constants) {
    Axis[] output = constants.outputAxes(0);
    for (Factor factor : constants.analysis().regrouping(constants.node()).factors()) {
      if (!output[factor.to()].cuttable()) {
        continue;
      }
      double[] digits = digits(constants.of(0, factor.from()), factor);
      double[] settled = new double[output[factor.to()].length()];
      for (int i = 0; i < settled.length; i++) {
        settled[i] = digits[factor.toDigit(i)];
      }
      constants.set(0, factor.to(), settled);
    }
  }

  /** The constant of each digit; NaN where its coordinates do not agree. */
  private static double[] digits(double[] x, Factor factor) {
    double[] digits = new double[factor.extent()];
    boolean[] seen = new boolean[digits.length];
    for (int i = 0; i < x.length; i++) {
      int digit = factor.fromDigit(i);
      if (!seen[digit]) {
        digits[digit] = x[i];
        seen[digit] = true;
      } else if (digits[digit] != x[i]) {
        digits[digit] = Double.NaN;
      }
    }
    return digits;
  }

  @Override
  public void shrink(NodeCut cut) {
    Optional<long[]> shape =
        cut.node().type().equals("Reshape") ? cut.numbers(1, "") : Optional.empty();
    if (shape.isEmpty()) {
      return;
    }
    Axis[] output = cut.outputAxes(0);
    long[] wanted = shape.get();
    boolean changed = false;
    for (int axis = 0; axis < Math.min(wanted.length, output.length); axis++) {
      if (wanted[axis] > 0 && output[axis].cuttable() && cut.cuts(output[axis])) {
        wanted[axis] = cut.kept(output[axis]);
        changed = true;
      }
    }
    if (changed) {
      cut.numbers(1, "shape", wanted);
    }
  }
}
