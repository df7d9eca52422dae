package io.espalier.core;

import io.espalier.api.Graph;
import io.espalier.api.Node;
import io.espalier.api.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts nodes into topological order and refuses graphs that have none.
 *
 * <p>Kahn's algorithm (1962); of the nodes that are ready the first in the file goes first, so a
 * graph in order stays as it is.
 */
final class GraphOrder {
  /** The most nodes of a cycle that a message lists. */
  private static final int LISTED = 8;

  private final List<Node> nodes;
  private final Map<String, Integer> producers = new HashMap<>();
  private final List<List<Integer>> users = new ArrayList<>();
  private final int[] waiting;
  private final Place place;

  private GraphOrder(List<Node> nodes, Set<String> given, Place place) {
    this.nodes = nodes;
    this.waiting = new int[nodes.size()];
    this.place = place;
    for (int i = 0; i < nodes.size(); i++) {
      users.add(new ArrayList<>());
      for (String output : nodes.get(i).outputs()) {
        addProducer(i, output, given);
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).inputs()) {
        addUse(i, input, given);
      }
    }
  }

  /**
   * The nodes in topological order.
   *
   * @param given names of graph inputs and tensors
   */
  static List<Node> sorted(List<Node> nodes, Set<String> given, Place place) {
    return new GraphOrder(nodes, given, place).sort();
  }

  /** Refuses a graph whose nodes are not in order or whose outputs nothing produces. */
  static void requireSorted(Graph graph, Set<String> tensors) {
    Place place = new Place("graph '" + graph.name() + "'");
    Set<String> given = given(graph.inputs(), tensors, place);
    if (!sorted(graph.nodes(), given, place).equals(graph.nodes())) {
      throw place.broken("the nodes are not in topological order");
    }
    requireOutputs(graph.outputs(), graph.nodes(), given, place);
  }

  static Set<String> given(List<ValueInfo> inputs, Set<String> tensors, Place place) {
    Set<String> given = new HashSet<>(tensors);
    for (ValueInfo input : inputs) {
      if (!given.add(input.name())) {
        throw place.in("input '" + input.name() + "'").broken("is there twice");
      }
    }
    return given;
  }

  static void requireOutputs(
      List<ValueInfo> outputs, List<Node> nodes, Set<String> given, Place place) {
    Set<String> values = new HashSet<>(given);
    nodes.forEach(node -> values.addAll(node.outputs()));
    Set<String> seen = new HashSet<>();
    for (ValueInfo output : outputs) {
      Place at = place.in("output '" + output.name() + "'");
      if (output.name().isEmpty() || !values.contains(output.name())) {
        throw at.broken("nothing produces it");
      }
      if (!seen.add(output.name())) {
        throw at.broken("is there twice");
      }
    }
  }

  private void addProducer(int node, String output, Set<String> given) {
    if (output.isEmpty()) {
      return;
    }
    if (given.contains(output)) {
      throw at(node).broken("its output '%s' is also an input or a tensor".formatted(output));
    }
    Integer other = producers.putIfAbsent(output, node);
    if (other != null) {
      throw at(node)
          .broken(
              "its output '%s' is also one of node '%s'"
                  .formatted(output, nodes.get(other).name()));
    }
  }

  private void addUse(int node, String input, Set<String> given) {
    if (input.isEmpty() || given.contains(input)) {
      return;
    }
    Integer producer = producers.get(input);
    if (producer == null) {
      throw at(node).broken("nothing produces its input '%s'".formatted(input));
    }
    users.get(producer).add(node);
    waiting[node]++;
  }

  private List<Node> sort() {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<Node> sorted = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int node = ready.remove();
      sorted.add(nodes.get(node));
      for (int user : users.get(node)) {
        if (--waiting[user] == 0) {
          ready.add(user);
        }
      }
    }
    if (sorted.size() < nodes.size()) {
      throw place.broken("the graph has a cycle: " + cycle());
    }
    return List.copyOf(sorted);
  }

  /** Walks from a node that never became ready to what it waits for, until a node comes again. */
  private String cycle() {
    int node = 0;
    while (waiting[node] == 0) {
      node++;
    }
    Set<Integer> path = new LinkedHashSet<>();
    while (path.add(node)) {
      node = blocker(node);
    }
    int first = node;
    List<Integer> cycle = path.stream().dropWhile(i -> i != first).toList();
    String listed =
        cycle.stream()
            .limit(LISTED)
            .map(i -> "'" + nodes.get(i).name() + "'")
            .collect(Collectors.joining(" needs "));
    return cycle.size() > LISTED
        ? "%s needs ... (%d nodes)".formatted(listed, cycle.size())
        : "%s needs '%s'".formatted(listed, nodes.get(first).name());
  }

  private int blocker(int node) {
    for (String input : nodes.get(node).inputs()) {
      Integer producer = producers.get(input);
      if (producer != null && waiting[producer] > 0) {
        return producer;
      }
    }
    throw new IllegalStateException("node '" + nodes.get(node).name() + "' waits for nothing");
  }

  private Place at(int node) {
    return place.in("node '%s' (%s)".formatted(nodes.get(node).name(), nodes.get(node).type()));
  }
}
