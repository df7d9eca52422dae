package io.espalier.plugins.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Shape;
import io.espalier.api.Statistics;
import io.espalier.api.Structure;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.testkit.PrunerContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new RandomPruner();
  }

  @Test
  void cutsTheSameWeightsAgainWhenSparsityRises() {
    Model model = SmallModels.dense(Shape.of(4, 25), new float[100]);
    int[] half = kept(plan(model, 0.5, Map.of(), Statistics.NONE));
    int[] fifth = kept(plan(model, 0.8, Map.of(), Statistics.NONE));

    assertThat(half).contains(fifth);
    assertThat(half).isNotEqualTo(IntStream.range(50, 100).toArray());
  }

  private static Plan plan(
      Model model, double sparsity, Map<String, ?> parameters, Statistics statistics) {
    Layer layer = Layers.prunable(model).get(0);
    Pruner pruner = new RandomPruner();
    return pruner.plan(
        new PruneRequest(
            model,
            List.of(new PruneRequest.Target(layer, sparsity, Structure.ELEMENTS)),
            Parameters.of(pruner.description(), parameters),
            1,
            new ExactSelector(),
            statistics));
  }

  private static int[] kept(Plan plan) {
    Mask mask = ((Edit.MaskWeights) plan.edits().get(0)).mask();
    return IntStream.range(0, mask.size()).filter(mask::keeps).toArray();
  }
}
