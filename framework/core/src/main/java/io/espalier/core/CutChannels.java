package io.espalier.core;

import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Tensor;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The channels that edits name, checked against an analysis.
 *
 * @param removed the atoms that stand for them
 * @param incomplete where a channel is named only in part; empty if all are named in full
 */
record CutChannels(BitSet removed, Optional<String> incomplete) {
  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) for an axis that is not there, a frozen
   *     channel, an axis of which nothing would be left, or groups that would lose unequal numbers
   */
  static CutChannels of(ChannelAnalysis analysis, List<Edit.RemoveChannels> edits) {
    BitSet removed = new BitSet();
    for (Edit.RemoveChannels edit : edits) {
      Axis axis = axis(analysis, edit);
      for (int index : edit.indices()) {
        removed.set(analysis.atoms().find(axis.atom(index)));
      }
    }
    Optional<String> incomplete =
        edits.stream().flatMap(edit -> missing(analysis, edit, edits).stream()).findFirst();
    if (incomplete.isEmpty()) {
      for (Edit.RemoveChannels edit : edits) {
        requireFree(analysis, edit);
      }
      requireRest(analysis, removed);
      analysis
          .even()
          .problem(removed)
          .ifPresent(
              problem -> {
                throw new EspalierException(FailureCode.MODEL, problem);
              });
    }
    return new CutChannels(removed, incomplete);
  }

  private static Axis axis(ChannelAnalysis analysis, Edit.RemoveChannels edit) {
    Tensor tensor = analysis.model().tensors().get(edit.tensor());
    if (tensor == null) {
      throw refused(edit, "the model has no such tensor");
    }
    if (edit.axis() >= tensor.shape().rank()) {
      throw refused(edit, "the tensor is " + tensor.shape());
    }
    Axis axis = analysis.axesInUse(edit.tensor())[edit.axis()];
    int highest = edit.indices().get(edit.indices().size() - 1);
    if (highest >= tensor.shape().dim(edit.axis())) {
      throw refused(edit, "the tensor is " + tensor.shape());
    }
    if (!axis.cuttable()) {
      throw refused(edit, "the axis is no channel axis");
    }
    return axis;
  }

  private static Optional<String> missing(
      ChannelAnalysis analysis, Edit.RemoveChannels edit, List<Edit.RemoveChannels> edits) {
    Axis axis = axis(analysis, edit);
    Set<Integer> named = new HashSet<>();
    Set<Integer> roots = new HashSet<>();
    for (Edit.RemoveChannels other : edits) {
      if (other.tensor().equals(edit.tensor()) && other.axis() == edit.axis()) {
        named.addAll(other.indices());
      }
    }
    named.forEach(index -> roots.add(analysis.atoms().find(axis.atom(index))));
    for (int i = 0; i < axis.length(); i++) {
      if (roots.contains(analysis.atoms().find(axis.atom(i))) && !named.contains(i)) {
        return Optional.of(
            refused(edit, "index %d would have to go with them".formatted(i)).getMessage());
      }
    }
    return Optional.empty();
  }

  private static void requireFree(ChannelAnalysis analysis, Edit.RemoveChannels edit) {
    Axis axis = axis(analysis, edit);
    for (int index : edit.indices()) {
      Optional<String> frozen = analysis.atoms().frozen(axis.atom(index));
      if (frozen.isPresent()) {
        throw refused(edit, "index %d is frozen: %s".formatted(index, frozen.get()));
      }
    }
  }

  private static void requireRest(ChannelAnalysis analysis, BitSet removed) {
    for (ChannelAnalysis.Named named : analysis.cuttableAxes()) {
      Axis axis = named.axis();
      int kept = 0;
      for (int i = 0; i < axis.length() && kept == 0; i++) {
        kept += removed.get(analysis.atoms().find(axis.atom(i))) ? 0 : 1;
      }
      if (kept == 0) {
        throw new EspalierException(
            FailureCode.MODEL,
            "cut: nothing would be left of '%s' along axis %d"
                .formatted(named.name(), named.number()));
      }
    }
  }

  private static EspalierException refused(Edit.RemoveChannels edit, String problem) {
    return new EspalierException(FailureCode.MODEL, "%s: %s".formatted(edit, problem));
  }
}
