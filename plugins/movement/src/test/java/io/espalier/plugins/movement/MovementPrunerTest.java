package io.espalier.plugins.movement;

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

class MovementPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new MovementPruner();
  }

  @Test
  void keepsWhatMovesAwayFromZeroWhateverItsSize() {
    Model model = SmallModels.dense(Shape.of(2, 2), 9, 0.1f, 8, 0.2f);
    Statistics moved = statistics(Statistic.ADAM_MOVEMENT, Shape.of(2, 2), -3, 1, -2, 4);

    assertThat(kept(plan(model, 0.5, Map.of(), moved))).containsExactly(1, 3);
  }

  @Test
  void goesByThePlainSumIfAskedTo() {
    Model model = SmallModels.dense(Shape.of(2, 2), 9, 0.1f, 8, 0.2f);
    Statistics moved = statistics(Statistic.MOVEMENT, Shape.of(2, 2), -3, 1, -2, 4);

    assertThat(kept(plan(model, 0.5, Map.of("scoreOptimizer", "sgd"), moved)))
        .containsExactly(1, 3);
  }

  private static Plan plan(
      Model model, double sparsity, Map<String, ?> parameters, Statistics statistics) {
    Layer layer = Layers.prunable(model).get(0);
    Pruner pruner = new MovementPruner();
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
