package io.espalier.bench.engine;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.bench.Comparison;
import io.espalier.bench.engine.Side.Work;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import java.util.ArrayList;
import java.util.List;

/**
 * What masks of 80 % add to a training step of a network. Both trainings start from the pruned
 * weights, since a step's time depends on the values a little.
 */
final class MaskOverhead {
  private static final double SPARSITY = 0.8;
  private static final int WARMUP = 2;

  private final Work plain;
  private final Work masked;
  private final int steps;

  /**
   * @param steps of each training that are timed
   */
  MaskOverhead(Work dense, int steps) {
    Model pruned = mask(dense.model());
    masked = dense.with(pruned);
    plain = dense.with(Model.of(pruned.graph(), pruned.tensors().values()));
    this.steps = steps;
  }

  Work masked() {
    return masked;
  }

  /**
   * The mean over networks of what masks add to a step, in percent of the same side's step without.
   */
  static double percent(Side side, MaskOverhead... networks) {
    double sum = 0;
    for (MaskOverhead network : networks) {
      sum += network.percent(side);
    }
    return sum / networks.length;
  }

  /** The median over pairs of steps, one without masks and the next with them. */
  private double percent(Side side) {
    Side.Pair pair = side.alternate(plain, masked, WARMUP, steps);
    double[] percent = new double[steps];
    for (int i = 0; i < steps; i++) {
      percent[i] = 100 * (pair.other().steps()[i] / pair.one().steps()[i] - 1);
    }
    return Comparison.median(percent);
  }

  private static Model mask(Model model) {
    ExactSelector selector = new ExactSelector();
    List<Edit> edits = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      float[] scores = model.tensor(layer.weight()).toFloatArray();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(scores[i]);
      }
      edits.add(new Edit.MaskWeights(selector.keepHighest(layer, scores, SPARSITY)));
    }
    return Plans.apply(model, new Plan("bench", edits));
  }
}
