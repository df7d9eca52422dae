package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class WeightPrunerTest {
  private static final Layer DENSE = new Layer("dense", "Gemm", "w", Shape.of(2, 2));

  @Test
  void scoresEachLayerAndLeavesSelectionToTheFramework() {
    List<float[]> seen = new ArrayList<>();
    Selector selector = new Keeping(seen);
    Tensor weight = Tensor.ofFloats("w", Shape.of(2, 2), 1, -2, 3, -4);
    Model model =
        Model.of(new Graph("g", List.of(), List.of(), List.of(), Map.of()), List.of(weight));
    Negated pruner = new Negated();

    Plan plan =
        pruner.plan(
            new PruneRequest(
                model,
                List.of(new PruneRequest.Target(DENSE, 0.5, Structure.ELEMENTS)),
                Parameters.of(pruner.description(), Map.of()),
                1,
                selector,
                Statistics.NONE));

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(-1, 2, -3, 4);
    assertThat(plan)
        .isEqualTo(
            new Plan("negated", List.of(new Edit.MaskWeights(Mask.all("w", Shape.of(2, 2))))))
        .hasToString("plan of negated:\n  mask of w: keeps 4 of 4");
    assertThat(model.tensor("w").toFloatArray()).containsExactly(1, -2, 3, -4);
  }

  /** Keeps everything, and remembers the scores. */
  private record Keeping(List<float[]> seen) implements Selector {
    @Override
    public List<Mask> select(List<PruneRequest.Target> targets, Function<Layer, float[]> scores) {
      return targets.stream()
          .map(PruneRequest.Target::layer)
          .map(layer -> keepHighest(layer, scores.apply(layer), 0))
          .toList();
    }

    @Override
    public Mask keepHighest(Layer layer, float[] scores, double sparsity) {
      seen.add(scores);
      return Mask.all(layer.weight(), layer.shape());
    }
  }

  /** Prefers small weights. */
  private static final class Negated implements WeightPruner {
    @Override
    public Description description() {
      return Description.of("negated", "Keeps the lowest weights.");
    }

    @Override
    public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
      return weights.neg();
    }
  }
}
