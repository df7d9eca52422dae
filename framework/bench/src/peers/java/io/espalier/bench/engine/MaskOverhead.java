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
  private static final int PAIRS = 8;

  private final Work plain;
  private final Work masked;
  private final int steps;

  /**
   * @param steps of each training that is timed
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

  /**
   * The median over pairs of short trainings, whose order alternates: other work on the machine
   * meets both of a pair alike, and as many have the one first as the other.
   */
  private double percent(Side side) {
    double[] percent = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      boolean maskedFirst = i % 2 == 1;
      double first = side.train(maskedFirst ? masked : plain, 1, steps).median();
      double second = side.train(maskedFirst ? plain : masked, 1, steps).median();
      percent[i] = 100 * ((maskedFirst ? first / second : second / first) - 1);
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
