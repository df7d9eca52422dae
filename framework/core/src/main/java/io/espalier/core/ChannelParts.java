package io.espalier.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Channels that run through the same axes of the same tensors and values are one part, frozen ones
 * apart. Partition refinement: each axis splits the parts by how often a channel lies along it.
 */
final class ChannelParts {
  private ChannelParts() {}

  /** The part of each atom that stands for a set, from 1; others have 0. */
  static int[] of(ChannelAnalysis analysis) {
    Atoms atoms = analysis.atoms();
    int[] parts = new int[atoms.size()];
    int[] count = {1};
    Map<Optional<String>, Integer> reasons = new HashMap<>();
    for (int atom = 0; atom < parts.length; atom++) {
      if (atoms.find(atom) == atom) {
        parts[atom] = reasons.computeIfAbsent(atoms.frozen(atom), reason -> count[0]++);
      }
    }
    int[] counts = new int[parts.length];
    for (ChannelAnalysis.Named named : analysis.cuttableAxes()) {
      Axis axis = named.axis();
      for (int i = 0; i < axis.length(); i++) {
        counts[atoms.find(axis.atom(i))]++;
      }
      Map<Long, Integer> fresh = new HashMap<>();
      for (int i = 0; i < axis.length(); i++) {
        int root = atoms.find(axis.atom(i));
        if (counts[root] > 0) {
          long key = (long) parts[root] << Integer.SIZE | counts[root];
          parts[root] = fresh.computeIfAbsent(key, k -> count[0]++);
          counts[root] = 0;
        }
      }
    }
    return parts;
  }
}
