package io.espalier.plugins.gradient;

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
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Structure;
import io.espalier.api.Tensor;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.testkit.PrunerContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradientPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new GradientPruner();
  }

  @Test
  void taylorKeepsTheGreatestMeanSquares() {
    assertThat(kept("taylor", Statistic.SQUARED_PRODUCT, 4, 1, 9, 0.5f)).containsExactly(0, 2);
  }

  @Test
  void snipKeepsTheGreatestProductsOfEitherSign() {
    assertThat(kept("snip", Statistic.PRODUCT, -4, 1, 3, -0.5f)).containsExactly(0, 2);
  }

  @Test
  void snipWithMomentumKeepsTheGreatestOfTheSteps() {
    assertThat(kept("snip-momentum", Statistic.SALIENCY_MOMENTUM, 1, 2, 3, 4))
        .containsExactly(2, 3);
  }

  private static int[] kept(String criterion, Statistic kind, float... values) {
    Model model = SmallModels.dense(Shape.of(2, 2), 1, 1, 1, 1);
    return kept(
        plan(model, 0.5, Map.of("criterion", criterion), statistics(kind, Shape.of(2, 2), values)));
  }

  private static Plan plan(
      Model model, double sparsity, Map<String, ?> parameters, Statistics statistics) {
    Layer layer = Layers.prunable(model).get(0);
    Pruner pruner = new GradientPruner();
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

  private static Statistics statistics(Statistic kind, Shape shape, float... values) {
    return new Statistics(Map.of(kind, Map.of("w", Tensor.ofFloats("w", shape, values))));
  }
}
