package io.espalier.core;

import io.espalier.api.ChannelSlice.Role;
import io.espalier.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Grouped convolutions: their groups stay of one size, so each has to lose the same number of
 * channels, but each may choose its own.
 *
 * <p>That is possible where every part of channels that are alike falls into blocks of one size,
 * one for each group, whichever of the convolutions along the way one looks at. Where it does not,
 * because a residual sum meets other groups or a reshape needs the same positions of each, the
 * convolution is tied: then the same position of every group goes, as one channel.
 */
final class EvenGroups {
  /** Label of a channel that no grouped convolution has a say in. */
  static final int FREE = 0;

  /**
   * An axis of which groups follow each other.
   *
   * @param positions the axis of the weight that has one coordinate for the same position of all
   *     groups, where the node takes the channels in
   */
  private record Even(Node node, Axis axis, int groups, Optional<Axis> positions) {
    int each() {
      return axis.length() / groups;
    }
  }

  private final ChannelAnalysis analysis;
  private final List<Even> untied = new ArrayList<>();
  private int[] labels = new int[0];

  EvenGroups(ChannelAnalysis analysis) {
    this.analysis = analysis;
  }

  void add(Node node, Axis axis, long groups, Optional<Axis> positions) {
    Even even = new Even(node, axis, Math.toIntExact(groups), positions);
    if (even.each() < 2) {
      tie(even);
    } else {
      untied.add(even);
    }
  }

  /**
   * Ties the convolutions whose groups cannot choose.
   *
   * @return whether there was one, so that more may be tied and frozen now than before
   */
  boolean settle() {
    boolean tied = false;
    while (!untied.isEmpty()) {
      List<Even> uneven = uneven();
      if (uneven.isEmpty()) {
        return tied;
      }
      untied.removeAll(uneven);
      uneven.forEach(this::tie);
      tied = true;
    }
    labels = new int[0];
    return tied;
  }

  /** What is read by position in each group is no axis that could be cut by itself. */
  void close() {
    for (Even even : untied) {
      even.positions.ifPresent(
          axis ->
              analysis
                  .atoms()
                  .freeze(
                      axis,
                      "each group of node '%s' has channels of its own there; name the layer that makes them"
                          .formatted(even.node.name())));
    }
  }

  private List<Even> uneven() {
    int[] parts = ChannelParts.of(analysis);
    labels = new int[parts.length];
    int[] next = {FREE + 1};
    Set<Even> uneven = new HashSet<>();
    Map<Integer, List<Even>> users = new HashMap<>();
    for (Even even : untied) {
      Map<Integer, int[]> sizes = new HashMap<>();
      Map<Long, Integer> finer = new HashMap<>();
      int[] block = new int[parts.length];
      for (int i = 0; i < even.axis.length(); i++) {
        int root = analysis.atoms().find(even.axis.atom(i));
        int own = 1 + i / even.each();
        if (block[root] == 0 && free(root)) {
          block[root] = own;
          sizes.computeIfAbsent(parts[root], part -> new int[even.groups])[own - 1]++;
          long both = (long) labels[root] << Integer.SIZE | own;
          labels[root] = finer.computeIfAbsent(both, key -> next[0]++);
        } else if (block[root] != own && free(root)) {
          uneven.add(even);
        }
      }
      for (Map.Entry<Integer, int[]> ofPart : sizes.entrySet()) {
        users.computeIfAbsent(ofPart.getKey(), part -> new ArrayList<>()).add(even);
        if (Arrays.stream(ofPart.getValue()).distinct().count() > 1) {
          uneven.add(even);
        }
      }
    }
    Map<Integer, Map<Integer, Integer>> blocks = new HashMap<>();
    for (int root = 0; root < labels.length; root++) {
      if (labels[root] != FREE) {
        blocks
            .computeIfAbsent(parts[root], part -> new HashMap<>())
            .merge(labels[root], 1, Integer::sum);
      }
    }
    blocks.forEach(
        (part, sizes) -> {
          if (new HashSet<>(sizes.values()).size() > 1) {
            uneven.addAll(users.getOrDefault(part, List.of()));
          }
        });
    return untied.stream().filter(uneven::contains).toList();
  }

  private boolean free(int root) {
    return analysis.atoms().frozen(root).isEmpty();
  }

  private void tie(Even even) {
    if (even.positions.isPresent()) {
      Axis positions = even.positions.get();
      analysis.use(even.node.inputs().get(1), 1, Role.READS, even.node);
      for (int i = 0; i < even.axis.length(); i++) {
        analysis.atoms().join(even.axis.atom(i), positions.atom(i % positions.length()));
      }
    } else {
      for (int i = even.each(); i < even.axis.length(); i++) {
        analysis.atoms().join(even.axis.atom(i % even.each()), even.axis.atom(i));
      }
    }
  }

  /** The same for channels of one block, another for those of another. */
  int label(int root) {
    return root < labels.length ? labels[root] : FREE;
  }

  /**
   * The channels of which each group of a weight reads its own, if there is such a weight.
   *
   * @return their axis and the number of groups
   */
  Optional<Map.Entry<Axis, Integer>> reads(String weight) {
    return untied.stream()
        .filter(even -> even.positions.isPresent() && even.node.inputs().get(1).equals(weight))
        .findFirst()
        .map(even -> Map.entry(even.axis, even.groups));
  }

  /** What is wrong with a cut that takes more of one group than of another. */
  Optional<String> problem(BitSet removed) {
    for (Even even : untied) {
      int[] lost = new int[even.groups];
      for (int i = 0; i < even.axis.length(); i++) {
        lost[i / even.each()] += removed.get(analysis.atoms().find(even.axis.atom(i))) ? 1 : 0;
      }
      if (Arrays.stream(lost).distinct().count() > 1) {
        return Optional.of(
            "cut: the %d groups of node '%s' have to lose the same number of channels each, not %s"
                .formatted(even.groups, even.node.name(), Arrays.toString(lost)));
      }
    }
    return Optional.empty();
  }
}
