package io.espalier.core;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Disjoint sets of channel coordinates with path halving: Tarjan and van Leeuwen, "Worst-case
 * analysis of set union algorithms" (1984). The least member stands for its set, so that the same
 * graph always gives the same groups. A set may be frozen, with the first reason that was found.
 * Not safe for several threads.
 */
final class Atoms {
  private int[] parents = new int[1024];
  private @Nullable String[] reasons = new String[1024];
  private int count;

  /** New sets of one member each. */
  Axis fresh(long extent) {
    int[] atoms = new int[Math.toIntExact(extent)];
    int needed = Math.addExact(count, atoms.length);
    if (needed > parents.length) {
      int capacity = Math.max(needed, parents.length * 2);
      parents = Arrays.copyOf(parents, capacity);
      reasons = Arrays.copyOf(reasons, capacity);
    }
    for (int i = 0; i < atoms.length; i++) {
      parents[count] = count;
      atoms[i] = count++;
    }
    return Axis.of(atoms);
  }

  /** How many members all sets have. */
  int size() {
    return count;
  }

  /** The member that stands for a set. */
  int find(int atom) {
    int at = atom;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  void join(int a, int b) {
    int first = find(a);
    int second = find(b);
    if (first == second) {
      return;
    }
    int low = Math.min(first, second);
    int high = Math.max(first, second);
    parents[high] = low;
    if (reasons[low] == null) {
      reasons[low] = reasons[high];
    }
  }

  void freeze(int atom, String reason) {
    int root = find(atom);
    if (reasons[root] == null) {
      reasons[root] = reason;
    }
  }

  /** Freezes every coordinate of an axis. */
  void freeze(Axis axis, String reason) {
    for (int i = 0; i < axis.length(); i++) {
      freeze(axis.atom(i), reason);
    }
  }

  /** Why a set cannot be removed; empty if it can. */
  Optional<String> frozen(int atom) {
    return Optional.ofNullable(reasons[find(atom)]);
  }
}
