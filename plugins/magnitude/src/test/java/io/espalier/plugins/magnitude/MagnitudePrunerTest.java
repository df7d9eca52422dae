package io.espalier.plugins.magnitude;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Edit;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MagnitudePrunerTest extends PrunerContract {
  @Override
  protected Pruner pruner() {
    return new MagnitudePruner();
  }

  @Test
  void keepsTheLargestMagnitudesOfEitherSign() {
    assertThat(kept(0.5, -4, 1, -2, 3)).containsExactly(0, 3);
  }

  @Test
  void cutsTheLowerIndexFirstAmongEqualMagnitudes() {
    assertThat(kept(0.5, 1, -1, 1, -1)).containsExactly(2, 3);
  }

  @Test
  void cutsZerosFirst() {
    assertThat(kept(0.5, 0, -1e-30f, -0f, 1e-30f)).containsExactly(1, 3);
  }

  @Test
  void keepsFiftyOfAHundredAtAHalf() {
    float[] values = new float[100];
    IntStream.range(0, 100).forEach(i -> values[i] = i + 1);

    assertThat(kept(0.5, values)).isEqualTo(IntStream.range(50, 100).toArray());
    assertThat(kept(0.9999, values)).containsExactly(99);
  }

  @Test
  void cutsTheTwoSmallestOfTenAtAFifth() {
    assertThat(kept(0.2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
        .isEqualTo(IntStream.range(2, 10).toArray());
  }

  @Test
  void cutsTheSameWeightsAgainWhenSparsityRises() {
    float[] values = SmallModels.cnn(3).tensor("dense.weight").toFloatArray();
    int[] half = kept(0.5, values);
    float[] pruned = new float[values.length];
    for (int index : half) {
      pruned[index] = values[index];
    }

    assertThat(half).contains(kept(0.8, pruned));
  }

  @Property(tries = 200)
  void keepsNothingSmallerThanWhatItCuts(
      @ForAll @Size(min = 1, max = 60) float[] values,
      @ForAll @DoubleRange(min = 0, max = 0.99) double sparsity) {
    Mask mask = mask(sparsity, values);
    float leastKept = Float.MAX_VALUE;
    float greatestCut = 0;
    for (int i = 0; i < values.length; i++) {
      if (mask.keeps(i)) {
        leastKept = Math.min(leastKept, Math.abs(values[i]));
      } else {
        greatestCut = Math.max(greatestCut, Math.abs(values[i]));
      }
    }

    assertThat(greatestCut).isLessThanOrEqualTo(leastKept);
  }

  private static int[] kept(double sparsity, float... values) {
    Mask mask = mask(sparsity, values);
    return IntStream.range(0, values.length).filter(mask::keeps).toArray();
  }

  private static Mask mask(double sparsity, float... values) {
    MagnitudePruner pruner = new MagnitudePruner();
    Model model = SmallModels.dense(Shape.of(1, values.length), values);
    PruneRequest request =
        new PruneRequest(
            model,
            List.of(
                new PruneRequest.Target(
                    Layers.prunable(model).get(0), sparsity, Structure.ELEMENTS)),
            Parameters.of(pruner.description(), Map.of()),
            1,
            new ExactSelector(),
            Statistics.NONE);
    return ((Edit.MaskWeights) pruner.plan(request).edits().get(0)).mask();
  }
}
