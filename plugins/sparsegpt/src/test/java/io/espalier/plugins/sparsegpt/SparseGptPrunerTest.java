package io.espalier.plugins.sparsegpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import io.espalier.core.Allocation;
import io.espalier.core.ExactSelector;
import io.espalier.core.LayerSelection;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import io.espalier.core.PruneGoal;
import io.espalier.testkit.FakeStatistics;
import io.espalier.testkit.PrunerContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SparseGptPrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new SparseGptPruner();
  }

  private static Model pruned(
      Model model, double sparsity, Structure structure, Statistics statistics) {
    SparseGptPruner pruner = new SparseGptPruner();
    Layer layer = Layers.prunable(model).get(0);
    return Plans.apply(
        model,
        pruner.plan(
            new PruneRequest(
                model,
                List.of(new PruneRequest.Target(layer, sparsity, structure)),
                Parameters.of(pruner.description(), Map.of("percdamp", 1e-6)),
                1,
                new ExactSelector(),
                statistics)));
  }

  private static Statistics gram(int columns, float... values) {
    return new Statistics(
        Map.of(
            Statistic.INPUT_GRAM,
            Map.of("w", Tensor.ofFloats("w", Shape.of(1, columns, columns), values))));
  }

  @Test
  void uncorrelatedInputsLeaveWhatStaysAsItWas() {
    Model model = SmallModels.dense(Shape.of(2, 1), 3, 2);

    Model pruned = pruned(model, 0.5, Structure.ELEMENTS, gram(2, 1, 0, 0, 9));

    assertThat(pruned.tensor("w").toFloatArray()).containsExactly(0, 2);
  }

  @Test
  void whatStaysMakesUpForACorrelatedInput() {
    Model model = SmallModels.dense(Shape.of(2, 1), 1, 3);

    float[] pruned =
        pruned(model, 0.5, Structure.ELEMENTS, gram(2, 4, 2, 2, 4)).tensor("w").toFloatArray();

    assertThat(pruned[0]).isZero();
    assertThat(pruned[1]).isCloseTo(3.5f, within(1e-3f));
  }

  @Test
  void changesOutputsLessThanCuttingTheSmallest() {
    int columns = 24;
    float[] weights = new float[columns * 6];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextDouble(-1, 1);
    }
    Model model = SmallModels.dense(Shape.of(columns, 6), weights);
    Layer layer = Layers.prunable(model).get(0);
    Statistics statistics = FakeStatistics.of(List.of(layer), Set.of(Statistic.INPUT_GRAM), 5);
    float[] gram = statistics.of(Statistic.INPUT_GRAM, layer).toFloatArray();
    float[] ours = pruned(model, 0.5, Structure.ELEMENTS, statistics).tensor("w").toFloatArray();
    float[] scores = weights.clone();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    var mask = new ExactSelector().keepHighest(layer, scores, 0.5);
    float[] smallest = weights.clone();
    for (int i = 0; i < smallest.length; i++) {
      smallest[i] = mask.keeps(i) ? smallest[i] : 0;
    }

    assertThat(change(weights, ours, gram, columns))
        .isLessThan(0.9 * change(weights, smallest, gram, columns));
  }

  /** The squared change of all outputs: of each, {@code d^T G d}. */
  private static double change(float[] before, float[] after, float[] gram, int columns) {
    int outputs = before.length / columns;
    double change = 0;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          double left = before[i * outputs + o] - after[i * outputs + o];
          double right = before[j * outputs + o] - after[j * outputs + o];
          change += left * gram[i * columns + j] * right;
        }
      }
    }
    return change;
  }

  @Test
  void holdsAPatternAlongTheInputs() {
    float[] weights = new float[8 * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i * 7 % 11) - 5;
    }
    Model model = SmallModels.dense(Shape.of(8, 3), weights);
    Statistics statistics =
        FakeStatistics.of(Layers.prunable(model), Set.of(Statistic.INPUT_GRAM), 5);

    Mask mask =
        Optional.ofNullable(
                pruned(model, 0.5, new Structure.Pattern(2, 4), statistics).masks().get("w"))
            .orElseThrow();

    for (int output = 0; output < 3; output++) {
      for (int run = 0; run < 8; run += 4) {
        int kept = 0;
        for (int input = run; input < run + 4; input++) {
          kept += mask.keeps(input * 3 + output) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(2);
      }
    }
  }

  @Test
  void cutsWholeBlocksAndMakesUpForThem() {
    Model model = SmallModels.dense(Shape.of(2, 2), 1, 5, 3, 9);
    Structure blocks = new Structure.Blocks(1, 2, Structure.Pooling.AVG);

    float[] pruned = pruned(model, 0.5, blocks, gram(2, 4, 2, 2, 4)).tensor("w").toFloatArray();

    assertThat(pruned[0]).isZero();
    assertThat(pruned[1]).isZero();
    assertThat(pruned[2]).isCloseTo(3.5f, within(1e-3f));
    assertThat(pruned[3]).isCloseTo(11.5f, within(1e-3f));
  }

  @Test
  void whatWasMaskedStaysMasked() {
    Model model = SmallModels.dense(Shape.of(4, 1), 0, 2, 3, 4);
    Layer layer = Layers.prunable(model).get(0);
    Mask first = new ExactSelector().keepHighest(layer, new float[] {0, 1, 1, 1}, 0.25);
    Model masked = Plans.apply(model, new Plan("first", List.of(new Edit.MaskWeights(first))));
    Statistics statistics = FakeStatistics.of(List.of(layer), Set.of(Statistic.INPUT_GRAM), 5);

    Model pruned = pruned(masked, 0.5, Structure.ELEMENTS, statistics);

    assertThat(pruned.tensor("w").toFloatArray()[0]).isZero();
    assertThat(Mask.ofNonZero(pruned.tensor("w")).kept()).isEqualTo(2);
  }

  @Test
  void sharesSparsityAmongLayersAsTheStageAsks() {
    Model model = SmallModels.cnn(3);
    PruneGoal goal =
        new PruneGoal(
            LayerSelection.all().select(model).layers(),
            Structure.ELEMENTS,
            new Allocation(Allocation.Method.GLOBAL, 0, 1),
            0.7,
            model);
    List<Layer> layers = Layers.prunable(model);
    SparseGptPruner pruner = new SparseGptPruner();
    List<PruneRequest.Target> targets = goal.targets(model, 0.7);

    Model pruned =
        Plans.apply(
            model,
            pruner.plan(
                new PruneRequest(
                    model,
                    targets,
                    Parameters.of(pruner.description(), Map.of()),
                    1,
                    goal,
                    FakeStatistics.of(layers, Set.of(Statistic.INPUT_GRAM), 5))));

    assertThat(goal.problem(targets, pruned.masks(), 0.7)).isEmpty();
    assertThat(pruned.masks().values().stream().map(Mask::sparsity).distinct())
        .hasSizeGreaterThan(1);
  }
}
