package io.espalier.engine;

import io.espalier.api.Codebook;
import java.util.Arrays;

/**
 * A codebook on live arrays. Averaging the gradients of the weights that share a value projects
 * them onto the tensors that the codebook can express; as all such weights then get the same
 * gradient and have the same optimizer state, any optimizer that treats elements alike keeps them
 * equal to the last bit. A mean, unlike a sum, makes the step independent of how many weights share
 * a value, so that learning rates of plain training stay right.
 */
final class SharedValues {
  private static final int NONE = -1;

  private final Codebook codebook;
  private final ParameterSlot slot;
  private final int[] entries;
  private final int[] representatives;
  private final int[] members;
  private final double[] sums;
  private final int zero;

  SharedValues(Codebook codebook, ParameterSlot slot) {
    this.codebook = codebook;
    this.slot = slot;
    this.zero = codebook.zero().orElse(NONE);
    entries = new int[slot.length()];
    Arrays.fill(entries, NONE);
    representatives = new int[codebook.count()];
    Arrays.fill(representatives, NONE);
    members = new int[codebook.count()];
    sums = new double[codebook.count()];
    for (int i = 0; i < slot.size(); i++) {
      int entry = codebook.index(i);
      int position = slot.position(i);
      entries[position - slot.offset()] = entry;
      members[entry]++;
      if (representatives[entry] == NONE) {
        representatives[entry] = position;
      }
    }
  }

  /** Gives each element the mean over all elements of its entry; those of the zero entry get 0. */
  void average(float[] array) {
    Arrays.fill(sums, 0);
    int offset = slot.offset();
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] != NONE) {
        sums[entries[i]] += array[offset + i];
      }
    }
    for (int e = 0; e < sums.length; e++) {
      sums[e] = members[e] == 0 ? 0 : sums[e] / members[e];
    }
    if (zero != NONE) {
      sums[zero] = 0;
    }
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] != NONE) {
        array[offset + i] = (float) sums[entries[i]];
      }
    }
  }

  /** The codebook with the values that the weights have now. */
  Codebook codebook(float[] weights) {
    float[] values = codebook.values();
    for (int e = 0; e < values.length; e++) {
      if (representatives[e] != NONE) {
        values[e] = weights[representatives[e]];
      }
    }
    return codebook.withValues(values);
  }
}
