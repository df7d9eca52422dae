package io.espalier.engine;

import io.espalier.api.Codebook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A codebook on live arrays, or all codebooks of a palette. Averaging the gradients of the weights
 * that share a value projects them onto the tensors that the codebook can express; as all such
 * weights then get the same gradient and have the same optimizer state, any optimizer that treats
 * elements alike keeps them equal to the last bit. A mean, unlike a sum, makes the step independent
 * of how many weights share a value, so that learning rates of plain training stay right.
 */
final class SharedValues {
  private static final int NONE = -1;

  private final List<Codebook> codebooks = new ArrayList<>();
  private final List<ParameterSlot> slots = new ArrayList<>();
  private final List<int[]> entries = new ArrayList<>();
  private final int[] representatives;
  private final int[] members;
  private final double[] sums;
  private final int zero;

  SharedValues(Codebook codebook, ParameterSlot slot) {
    this.zero = codebook.zero().orElse(NONE);
    representatives = new int[codebook.count()];
    Arrays.fill(representatives, NONE);
    members = new int[codebook.count()];
    sums = new double[codebook.count()];
    add(codebook, slot);
  }

  /** Adds a tensor that shares the values too. */
  void add(Codebook codebook, ParameterSlot slot) {
    int[] own = new int[slot.length()];
    Arrays.fill(own, NONE);
    for (int i = 0; i < slot.size(); i++) {
      int entry = codebook.index(i);
      int position = slot.position(i);
      own[position - slot.offset()] = entry;
      members[entry]++;
      if (representatives[entry] == NONE) {
        representatives[entry] = position;
      }
    }
    codebooks.add(codebook);
    slots.add(slot);
    entries.add(own);
  }

  List<ParameterSlot> slots() {
    return slots;
  }

  /** Gives each element the mean over all elements of its entry; those of the zero entry get 0. */
  void average(float[] array) {
    aggregate(array, GradientAggregation.AVG);
  }

  /** Gives each element the mean or the sum of its entry; those of the zero entry get 0. */
  void aggregate(float[] array, GradientAggregation how) {
    Arrays.fill(sums, 0);
    for (int t = 0; t < slots.size(); t++) {
      int[] own = entries.get(t);
      int offset = slots.get(t).offset();
      for (int i = 0; i < own.length; i++) {
        if (own[i] != NONE) {
          sums[own[i]] += array[offset + i];
        }
      }
    }
    for (int e = 0; e < sums.length && how == GradientAggregation.AVG; e++) {
      sums[e] = members[e] == 0 ? 0 : sums[e] / members[e];
    }
    if (zero != NONE) {
      sums[zero] = 0;
    }
    for (int t = 0; t < slots.size(); t++) {
      int[] own = entries.get(t);
      int offset = slots.get(t).offset();
      for (int i = 0; i < own.length; i++) {
        if (own[i] != NONE) {
          array[offset + i] = (float) sums[own[i]];
        }
      }
    }
  }

  /** The codebooks with the values that the weights have now. */
  List<Codebook> codebooks(float[] weights) {
    float[] values = codebooks.get(0).values();
    for (int e = 0; e < values.length; e++) {
      if (representatives[e] != NONE) {
        values[e] = weights[representatives[e]];
      }
    }
    return codebooks.stream().map(codebook -> codebook.withValues(values)).toList();
  }
}
