package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.EspalierException;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinates of which tensors and values belong together, found in one pass over the graph
 * without running it.
 *
 * <p>Every coordinate along an axis of a tensor is an atom. A node's {@link ChannelRule} ties atoms
 * that can only go together; what may not go at all is frozen. A set of tied atoms is one channel.
 * The pass visits each coordinate of each axis a constant number of times, so its time grows with
 * the number of nodes and the width of their channels, never with the number of weights or pixels.
 */
final class ChannelAnalysis {
  /** Extent of open axes: any but 1, which could be taken for an axis that broadcasts. */
  private static final long BATCH = 2;

  private final Model model;
  private final GroupOptions options;
  private final Map<String, Shape> shapes;
  private final Atoms atoms = new Atoms();
  private final EvenGroups even = new EvenGroups(this);
  private final Map<String, Axis[]> axes = new HashMap<>();
  private final Map<String, Use[]> uses = new LinkedHashMap<>();
  private final Map<String, List<Node>> readers = new HashMap<>();
  private final Map<String, Node> producers = new HashMap<>();
  private final Set<String> silentLikeBiases = new HashSet<>();
  private final Set<String> touched = new HashSet<>();
  private final Map<String, Regrouping> regroupings = new HashMap<>();

  /** How an axis of a tensor is first used. */
  record Use(Role role, String node) {}

  private ChannelAnalysis(Model model, GroupOptions options) {
    this.model = model;
    this.options = options;
    this.shapes = Shapes.known(model, BATCH);
    for (Node node : model.graph().nodes()) {
      for (String input : node.inputs()) {
        readers.computeIfAbsent(input, name -> new ArrayList<>(2)).add(node);
      }
      node.outputs().forEach(output -> producers.put(output, node));
    }
  }

  /**
   * Analyses a model.
   *
   * @throws EspalierException ({@link io.espalier.api.FailureCode#USAGE}) if the options name a
   *     layer that is not there
   */
  static ChannelAnalysis of(Model model, GroupOptions options) {
    ChannelAnalysis analysis = new ChannelAnalysis(model, options);
    analysis.link();
    do {
      analysis.even.settle();
      ChannelConstants.freezeInexact(analysis);
    } while (analysis.even.settle());
    analysis.even.close();
    return analysis;
  }

  private void link() {
    for (ValueInfo input : model.graph().inputs()) {
      Shape shape = shapes.get(input.name());
      if (shape != null) {
        axes.put(input.name(), fixed(shape));
      }
    }
    for (Node node : model.graph().nodes()) {
      new ChannelLinks(this, node).link();
    }
    for (ValueInfo output : model.graph().outputs()) {
      freeze(output.name(), "output '%s' of the graph has them".formatted(output.name()));
    }
  }

  Model model() {
    return model;
  }

  GroupOptions options() {
    return options;
  }

  Atoms atoms() {
    return atoms;
  }

  /** The grouped convolutions. */
  EvenGroups even() {
    return even;
  }

  /** How each axis of the tensors is used, for those that are; tensors in the order of use. */
  Map<String, Use[]> uses() {
    return uses;
  }

  /** Nodes that take a value in. */
  List<Node> readers(String value) {
    return readers.getOrDefault(value, List.of());
  }

  /** The node that computes a value. */
  Optional<Node> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  long opset() {
    return model.graph().opsets().getOrDefault("", 1L);
  }

  /** Says that a tensor is zero, as a bias is, where a removed channel has to be silent. */
  void silenceLikeABias(String tensor) {
    silentLikeBiases.add(tensor);
  }

  /** Whether a tensor is zero along an axis where a removed channel has to be silent. */
  boolean isSilenced(String tensor, int axis) {
    return role(tensor, axis) == Role.SHIFTS || silentLikeBiases.contains(tensor);
  }

  /** The inferred shape of a value; null if it does not follow. */
  @Nullable Shape shape(String value) {
    return shapes.get(value);
  }

  /** Axes of a value or tensor; null if not even their number is known. */
  Axis @Nullable [] axes(String value) {
    Axis[] known = axes.get(value);
    if (known == null) {
      Tensor tensor = model.tensors().get(value);
      if (tensor != null) {
        known = fresh(tensor.shape());
        axes.put(value, known);
      }
    }
    return known;
  }

  /** Axes of a tensor; none if no node makes anything of them. */
  Axis[] axesInUse(String tensor) {
    Axis[] known = axes.get(tensor);
    return known == null ? new Axis[0] : known;
  }

  /**
   * A cuttable axis with one of the values or tensors that have it.
   *
   * @param name of the value or tensor
   * @param number of the axis there
   */
  record Named(String name, int number, Axis axis) {}

  /** Every cuttable axis once: those of tensors in the order of use, then those of values. */
  List<Named> cuttableAxes() {
    List<Named> all = new ArrayList<>();
    Set<Axis> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String tensor : uses.keySet()) {
      collect(tensor, seen, all);
    }
    for (Node node : model.graph().nodes()) {
      for (String output : node.outputs()) {
        collect(output, seen, all);
      }
    }
    return all;
  }

  private void collect(String name, Set<Axis> seen, List<Named> into) {
    Axis[] known = axesInUse(name);
    for (int i = 0; i < known.length; i++) {
      if (known[i].cuttable() && seen.add(known[i])) {
        into.add(new Named(name, i, known[i]));
      }
    }
  }

  boolean isTensor(String value) {
    return model.tensors().containsKey(value);
  }

  void set(String value, Axis[] of) {
    axes.put(value, of);
  }

  void use(String tensor, int axis, Role role, Node node) {
    Tensor used = model.tensor(tensor);
    Use[] before = uses.computeIfAbsent(tensor, name -> new Use[used.shape().rank()]);
    if (before[axis] == null || before[axis].role().compareTo(role) > 0) {
      before[axis] = new Use(role, node.name());
    }
  }

  /** Role of an axis of a tensor; that of a follower if no node said more. */
  Role role(String tensor, int axis) {
    Use[] known = uses.get(tensor);
    return known == null || known[axis] == null ? Role.FOLLOWS : known[axis].role();
  }

  void touch(Node node) {
    touched.add(node.name());
  }

  /** Whether all that a node takes in is frozen, so that nothing is to be done for it. */
  boolean isTouched(Node node) {
    return touched.contains(node.name());
  }

  void keep(Node node, Regrouping regrouping) {
    regroupings.put(node.name(), regrouping);
  }

  /** How a node splits and merges axes; empty if nothing that can be cut passes. */
  Regrouping regrouping(Node node) {
    return regroupings.getOrDefault(node.name(), Regrouping.NONE);
  }

  void freeze(String value, String reason) {
    Axis[] known = axes(value);
    if (known != null) {
      for (Axis axis : known) {
        atoms.freeze(axis, reason);
      }
    }
  }

  static Axis[] fixed(Shape shape) {
    Axis[] fixed = new Axis[shape.rank()];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = Axis.fixed(shape.dim(i));
    }
    return fixed;
  }

  private Axis[] fresh(Shape shape) {
    Axis[] fresh = new Axis[shape.rank()];
    for (int i = 0; i < fresh.length; i++) {
      long extent = shape.dim(i);
      fresh[i] =
          extent > 1 && extent <= Integer.MAX_VALUE ? atoms.fresh(extent) : Axis.fixed(extent);
    }
    return fresh;
  }
}
