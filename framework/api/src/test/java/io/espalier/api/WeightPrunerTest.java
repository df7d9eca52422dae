package io.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class WeightPrunerTest {
  private static final Layer DENSE = new Layer("dense", "Gemm", "w", Shape.of(2, 2));

  @Test
  void scoresEachLayerAndLeavesSelectionToTheFramework() {
    List<float[]> seen = new ArrayList<>();
    Selector selector =
        (layer, scores, sparsity) -> {
          seen.add(scores);
          assertThat(sparsity).isEqualTo(0.5);
          return Mask.all(layer.weight(), layer.shape());
        };
    Tensor weight = Tensor.ofFloats("w", Shape.of(2, 2), 1, -2, 3, -4);
    Model model =
        Model.of(new Graph("g", List.of(), List.of(), List.of(), Map.of()), List.of(weight));
    Negated pruner = new Negated();

    Plan plan =
        pruner.plan(
            new PruneRequest(
                model,
                List.of(DENSE),
                0.5,
                Parameters.of(pruner.description(), Map.of()),
                1,
                selector));

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(-1, 2, -3, 4);
    assertThat(plan)
        .isEqualTo(
            new Plan("negated", List.of(new Edit.MaskWeights(Mask.all("w", Shape.of(2, 2))))))
        .hasToString("plan of negated:\n  mask of w: keeps 4 of 4");
    assertThat(model.tensor("w").toFloatArray()).containsExactly(1, -2, 3, -4);
  }

  /** Prefers small weights. */
  private static final class Negated implements WeightPruner {
    @Override
    public Description description() {
      return Description.of("negated", "Keeps the lowest weights.");
    }

    @Override
    public INDArray scores(Layer layer, INDArray weights, Parameters parameters) {
      return weights.neg();
    }
  }
}
