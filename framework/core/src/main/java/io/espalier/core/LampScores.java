package io.espalier.core;

import io.espalier.api.Tensor;
import java.util.Arrays;

/**
 * LAMP scores of a tensor's weights: {@code w^2} over the sum of the squares that are not smaller.
 *
 * @see Allocation.Method#LAMP
 */
final class LampScores {
  private LampScores() {}

  /** The scores in ascending order of magnitude: only their number below a threshold matters. */
  static float[] of(Tensor weights) {
    float[] magnitudes = weights.toFloatArray();
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = Math.abs(magnitudes[i]);
    }
    Arrays.sort(magnitudes);
    double notSmaller = 0;
    for (int i = magnitudes.length - 1; i >= 0; i--) {
      double square = (double) magnitudes[i] * magnitudes[i];
      notSmaller += square;
      magnitudes[i] = notSmaller == 0 ? 0 : (float) (square / notSmaller);
    }
    return magnitudes;
  }
}
