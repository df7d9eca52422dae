package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.PruneRequest;
import io.espalier.api.Selector;
import io.espalier.api.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Exact selection by score in linear time, see {@link Ranking}: layer by layer. */
public final class ExactSelector implements Selector {
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
      masks.add(units.mask(Ranking.keeping(pooled, units.dropped(target.sparsity()))));
    }
    return List.copyOf(masks);
  }

  @Override
  public Mask keepHighest(Layer layer, float[] scores, double sparsity) {
    requireScores(layer, scores);
    return Units.of(layer, Structure.ELEMENTS)
        .mask(Ranking.keeping(scores, scores.length - kept(scores.length, sparsity)));
  }

  static float[] requireScores(Layer layer, float[] scores) {
    if (scores.length != layer.shape().size()) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "layer '%s': the pruner gave %d scores for %d weights (%s)"
              .formatted(layer.name(), scores.length, layer.shape().size(), layer.shape()));
    }
    int strange = Ranking.firstNaN(scores);
    if (strange >= 0) {
      throw new EspalierException(
          FailureCode.PLUGIN,
          "layer '%s': the pruner's score of weight %d of '%s' is not a number (NaN)"
              .formatted(layer.name(), strange, layer.weight()));
    }
    return scores;
  }
}
