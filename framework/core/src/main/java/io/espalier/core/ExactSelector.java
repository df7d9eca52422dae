package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.PruneRequest;
import io.espalier.api.Selector;
import io.espalier.api.Structure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/**
 * Exact selection by score in linear time.
 *
 * <p>Scores become whole numbers of the same order (a sign-magnitude float turns into a two's
 * complement integer), and a radix selection over three digits of them finds the score at the
 * wanted rank: each pass counts one digit among the scores that agree in all higher ones, so three
 * passes over the scores and a table of 2048 counters suffice, whatever the scores are. A last pass
 * in index order drops all below that score and, of those equal to it, as many as are still wanted.
 */
public final class ExactSelector implements Selector {
  static final int[] SHIFTS = {21, 10, 0};
  static final int[] WIDTHS = {11, 11, 10};

  /**
   * Weights that stay: {@code max(1, rint(size (1 - sparsity)))}, half to even; 0 of 0.
   *
   * @param size number of weights
   * @param sparsity 0 to below 1
   * @throws EspalierException ({@link FailureCode#USAGE}) for another sparsity
   */
  public static int kept(int size, double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new EspalierException(
          FailureCode.USAGE, "sparsity " + sparsity + " is not allowed (allowed: 0 to below 1)");
    }
    return Math.min(size, Math.max(1, (int) Math.rint(size * (1 - sparsity))));
  }

  @Override
  public List<Mask> select(List<PruneRequest.Target> targets, Function<Layer, float[]> scores) {
    List<Mask> masks = new ArrayList<>();
    for (PruneRequest.Target target : targets) {
      float[] own = scores.apply(target.layer());
      requireScores(target.layer(), own);
      Units units = Units.of(target.layer(), target.structure());
      float[] pooled = units.pool(own);
      masks.add(units.mask(kept(pooled, units.dropped(target.sparsity()))));
    }
    return List.copyOf(masks);
  }

  @Override
  public Mask keepHighest(Layer layer, float[] scores, double sparsity) {
    requireScores(layer, scores);
    return Units.of(layer, Structure.ELEMENTS)
        .mask(kept(scores, scores.length - kept(scores.length, sparsity)));
  }

  /** Which of some scores are kept when a number of the lowest goes. */
  static BitSet kept(float[] scores, int drop) {
    BitSet kept = new BitSet(scores.length);
    if (drop == 0) {
      kept.set(0, scores.length);
      return kept;
    }
    int threshold = 0;
    int ties = drop;
    int higherDigits = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      int[] counts = count(scores, threshold, higherDigits, SHIFTS[pass], WIDTHS[pass]);
      int digit = 0;
      while (counts[digit] < ties) {
        ties -= counts[digit++];
      }
      threshold |= digit << SHIFTS[pass];
      higherDigits |= counts.length - 1 << SHIFTS[pass];
    }
    for (int i = 0; i < scores.length; i++) {
      int order = Integer.compareUnsigned(key(scores[i]), threshold);
      if (order > 0 || (order == 0 && ties-- <= 0)) {
        kept.set(i);
      }
    }
    return kept;
  }

  static int[] count(float[] scores, int prefix, int higherDigits, int shift, int width) {
    int[] counts = new int[1 << width];
    int last = counts.length - 1;
    for (float score : scores) {
      int key = key(score);
      if ((key & higherDigits) == prefix) {
        counts[key >>> shift & last]++;
      }
    }
    return counts;
  }

  /** A number whose unsigned order is the score's order; the two zeros get the same. */
  static int key(float score) {
    int bits = Float.floatToRawIntBits(score + 0.0f);
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  static float[] requireScores(Layer layer, float[] scores) {
    if (scores.length != layer.shape().size()) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "layer '%s': the pruner gave %d scores for %d weights (%s)"
              .formatted(layer.name(), scores.length, layer.shape().size(), layer.shape()));
    }
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new EspalierException(
            FailureCode.PLUGIN,
            "layer '%s': the pruner's score of weight %d of '%s' is not a number (NaN)"
                .formatted(layer.name(), i, layer.weight()));
      }
    }
    return scores;
  }
}
