package io.espalier.runtime;

import io.espalier.proto.SettingChanged;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How people have stepped in so far: what was changed at which step, and whose plans were approved.
 * A run that goes on from a checkpoint does the same again at the same steps, and so comes to the
 * same bytes. Safe for many threads.
 */
final class Interventions {
  static final String TARGET_SPARSITY = "targetSparsity";
  static final String END_STEP = "endStep";
  static final String LEARNING_RATE = "learningRate";

  private final List<SettingChanged> changes = new ArrayList<>();
  private final Set<Integer> approved = new HashSet<>();

  /** Notes a change; one of the same name at the same step is forgotten. */
  synchronized void add(SettingChanged change) {
    changes.removeIf(
        other ->
            other.getStageIndex() == change.getStageIndex()
                && other.getStep() == change.getStep()
                && other.getName().equals(change.getName()));
    changes.add(change);
  }

  /** The changes in a stage from one step to another, both included, in order. */
  synchronized List<SettingChanged> changes(int stage, int from, int to) {
    if (changes.isEmpty()) {
      return List.of();
    }
    return changes.stream()
        .filter(
            change ->
                change.getStageIndex() == stage
                    && change.getStep() >= from
                    && change.getStep() <= to)
        .toList();
  }

  synchronized void approve(int stage) {
    approved.add(stage);
  }

  synchronized boolean isApproved(int stage) {
    return approved.contains(stage);
  }
}
