package io.espalier.core;

import io.espalier.api.DataType;
import io.espalier.api.Graph;
import io.espalier.api.Model;
import io.espalier.api.Node;
import io.espalier.api.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Computes weights that a file has in another form than its layers take them, so that they can be
 * trained, pruned and clustered as they are used: a matrix before its Transpose, a kernel before
 * its Reshape, a weight before its norm is taken out. The weight gets the name of the one tensor
 * that it follows from, or that of the value it was.
 *
 * <p>A tensor that other nodes use in another form stays as it is, and so does what follows from
 * it: it is one weight in two places. Vectors are different: exporters merge those of equal
 * elements, as all statistics of untrained normalisations are. Each Identity of a vector, and each
 * normalisation that shares one, gets a tensor of its own.
 */
final class FoldedWeights {
  private static final Set<String> OF_SHAPES = Set.of("Shape", "Size");
  private static final int NORMALISATION_INPUTS = 5;

  private final List<Node> nodes;
  private final Map<String, Tensor> tensors;
  private final Set<String> outputs;
  private final Map<String, Long> opsets;

  /** By value that follows from tensors alone: the weights that it follows from. */
  private final Map<String, Set<String>> sources = new LinkedHashMap<>();

  private final Map<String, Node> producers = new HashMap<>();
  private final Set<String> live = new LinkedHashSet<>();

  private FoldedWeights(
      List<Node> nodes,
      Map<String, Tensor> tensors,
      Set<String> outputs,
      Map<String, Long> opsets) {
    this.nodes = nodes;
    this.tensors = tensors;
    this.outputs = outputs;
    this.opsets = opsets;
    for (Node node : nodes) {
      if (followsFromTensors(node)) {
        String output = node.outputs().get(0);
        sources.put(output, weights(node));
        producers.put(output, node);
      } else {
        live.addAll(node.inputs());
      }
    }
    live.addAll(outputs);
  }

  /**
   * Folds what can be folded.
   *
   * @param nodes in topological order
   * @param tensors to which weights are added, and from which those that only they needed are taken
   *     away
   * @param outputs names of the graph's outputs
   * @return the nodes that are left
   */
  static List<Node> fold(
      List<Node> nodes,
      Map<String, Tensor> tensors,
      Set<String> outputs,
      Map<String, Long> opsets) {
    List<Node> folded = new FoldedWeights(nodes, tensors, outputs, opsets).fold();
    return withOwnVectors(folded, tensors);
  }

  private boolean followsFromTensors(Node node) {
    return Inference.folds(node)
        && node.outputs().size() == 1
        && !node.inputs().isEmpty()
        && node.inputs().stream()
            .allMatch(
                input ->
                    input.isEmpty() || tensors.containsKey(input) || sources.containsKey(input));
  }

  private Set<String> weights(Node node) {
    Set<String> weights = new LinkedHashSet<>();
    if (!OF_SHAPES.contains(node.type())) {
      for (String input : node.inputs()) {
        weights.addAll(sources.getOrDefault(input, Set.of()));
        Tensor tensor = tensors.get(input);
        if (tensor != null && isWeight(tensor)) {
          weights.add(input);
        }
      }
    }
    return weights;
  }

  /** A number without axes is part of the computation, and no weight. */
  private static boolean isWeight(Tensor tensor) {
    boolean real =
        switch (tensor.type()) {
          case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
          default -> false;
        };
    return real && tensor.shape().rank() > 0;
  }

  private List<Node> fold() {
    Map<String, Integer> ends = new HashMap<>();
    List<String> used = live.stream().filter(sources::containsKey).toList();
    used.forEach(end -> sourcesOf(end).forEach(source -> ends.merge(source, 1, Integer::sum)));
    List<String> wanted =
        used.stream()
            .filter(end -> !outputs.contains(end) && !sourcesOf(end).isEmpty())
            .filter(end -> isOwn(end, ends) || isVector(end))
            .toList();
    if (wanted.isEmpty()) {
      return nodes;
    }
    Map<String, Tensor> values = values();
    Map<String, Tensor> folded = new LinkedHashMap<>();
    for (String end : wanted) {
      Tensor value = values.get(end);
      if (value != null && value.type() == DataType.FLOAT) {
        folded.put(end, value);
      }
    }
    List<Node> left = needed(folded.keySet());
    return adopt(folded, ends, left);
  }

  private Set<String> sourcesOf(String value) {
    return Objects.requireNonNull(sources.get(value), value);
  }

  /** Whether nothing else is left that the weights a value follows from go into. */
  private boolean isOwn(String end, Map<String, Integer> ends) {
    return sourcesOf(end).stream()
        .allMatch(source -> ends.getOrDefault(source, 0) == 1 && !live.contains(source));
  }

  /** Whether a value is a tensor of one axis as it is. */
  private boolean isVector(String value) {
    Tensor tensor = tensors.get(value);
    if (tensor != null) {
      return tensor.shape().rank() == 1;
    }
    Node producer = producers.get(value);
    return producer != null
        && producer.type().equals("Identity")
        && isVector(producer.inputs().get(0));
  }

  private Map<String, Tensor> values() {
    List<Node> constant =
        nodes.stream().filter(node -> producers.containsKey(node.outputs().get(0))).toList();
    Graph graph = new Graph("", constant, List.of(), List.of(), opsets);
    return Inference.possible(Model.of(graph, tensors.values()), 1).constants();
  }

  /** The nodes that some output still follows from when some values are tensors. */
  private List<Node> needed(Set<String> folded) {
    Set<String> names = new HashSet<>(live);
    Deque<Node> left = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      String output = node.outputs().isEmpty() ? "" : node.outputs().get(0);
      boolean constant = producers.get(output) == node;
      if (!constant || (names.contains(output) && !folded.contains(output))) {
        names.addAll(node.inputs());
        left.addFirst(node);
      }
    }
    return List.copyOf(left);
  }

  /** Puts tensors in the place of values, and drops those that no node needs any more. */
  private List<Node> adopt(Map<String, Tensor> folded, Map<String, Integer> ends, List<Node> left) {
    Set<String> needed = new HashSet<>(outputs);
    left.forEach(node -> needed.addAll(node.inputs()));
    Map<String, String> renamed = new HashMap<>();
    folded.forEach(
        (end, value) -> {
          Set<String> from = sourcesOf(end);
          String source = from.iterator().next();
          boolean heir = from.size() == 1 && isOwn(end, ends) && !needed.contains(source);
          String name = heir ? source : end;
          renamed.put(end, name);
          tensors.put(name, value.named(name));
        });
    Set<String> parts = new HashSet<>();
    Set<String> kept = left.stream().map(Node::name).collect(Collectors.toSet());
    for (Node node : nodes) {
      if (!kept.contains(node.name())) {
        parts.addAll(node.inputs());
      }
    }
    needed.addAll(renamed.values());
    tensors.keySet().removeIf(name -> parts.contains(name) && !needed.contains(name));
    return left.stream().map(node -> with(node, renamed)).toList();
  }

  private static Node with(Node node, Map<String, String> renamed) {
    List<String> inputs =
        node.inputs().stream().map(name -> renamed.getOrDefault(name, name)).toList();
    return inputs.equals(node.inputs()) ? node : withInputs(node, inputs);
  }

  private static Node withInputs(Node node, List<String> inputs) {
    return new Node(
        node.name(), node.type(), node.domain(), inputs, node.outputs(), node.attributes());
  }

  /** Gives each normalisation but the first that uses a vector a copy of it. */
  private static List<Node> withOwnVectors(List<Node> nodes, Map<String, Tensor> tensors) {
    Set<String> taken = new HashSet<>();
    List<Node> own = new ArrayList<>();
    for (Node node : nodes) {
      boolean normalises = node.type().equals("BatchNormalization") && node.domain().isEmpty();
      List<String> inputs = new ArrayList<>(node.inputs());
      for (int i = 1; normalises && i < Math.min(NORMALISATION_INPUTS, inputs.size()); i++) {
        String name = inputs.get(i);
        Tensor tensor = tensors.get(name);
        if (tensor != null && !taken.add(name)) {
          String copy = freeName(name + "." + node.name(), tensors.keySet());
          tensors.put(copy, tensor.named(copy));
          taken.add(copy);
          inputs.set(i, copy);
        }
      }
      own.add(inputs.equals(node.inputs()) ? node : withInputs(node, inputs));
    }
    return own;
  }

  private static String freeName(String wish, Set<String> taken) {
    String name = wish;
    for (int i = 2; taken.contains(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }
}
