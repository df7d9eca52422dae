package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Codebook;
import io.espalier.api.DataType;
import io.espalier.api.Edit;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Graph;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PlansTest {
  private static final Shape SHAPE = Shape.of(2, 2);
  private static final Mask DIAGONAL = new Mask.Builder("w", SHAPE).keep(0).keep(3).build();

  private static Model model(Tensor... tensors) {
    return Model.of(
        new Graph("test", List.of(), List.of(), List.of(), Map.of("", 17L)), List.of(tensors));
  }

  private static final Model MODEL =
      model(Tensor.ofFloats("w", SHAPE, 1, 2, -3, 4), Tensor.ofLongs("n", Shape.of(1), 7));

  private static Plan mask(Mask mask) {
    return new Plan("magnitude", List.of(new Edit.MaskWeights(mask)));
  }

  private static Plan tie(OptionalInt zero, float[] values, int... indices) {
    char[] packed = new char[indices.length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (char) indices[i];
    }
    return new Plan(
        "kmeans", List.of(new Edit.TieWeights(new Codebook("w", SHAPE, values, packed, zero))));
  }

  @Test
  void masksWeightsToExactZeros() {
    Model pruned = Plans.apply(MODEL, mask(DIAGONAL));

    assertThat(pruned.tensor("w")).isEqualTo(Tensor.ofFloats("w", SHAPE, 1, 0, 0, 4));
  }

  @Test
  void recordsTheMask() {
    assertThat(Plans.apply(MODEL, mask(DIAGONAL)).masks())
        .containsExactly(Map.entry("w", DIAGONAL));
  }

  @Test
  void leavesTheGivenModelAsItWas() {
    Plans.apply(MODEL, mask(DIAGONAL));

    assertThat(MODEL.tensor("w").toFloatArray()).containsExactly(1, 2, -3, 4);
    assertThat(MODEL.masks()).isEmpty();
  }

  @Test
  void tiesWeightsToTheCodebook() {
    Model tied = Plans.apply(MODEL, tie(OptionalInt.empty(), new float[] {-3, 2}, 1, 1, 0, 1));

    assertThat(tied.tensor("w").toFloatArray()).containsExactly(2, 2, -3, 2);
    assertThat(tied.codebooks()).containsOnlyKeys("w");
  }

  @Test
  void tiesAPrunedTensorThatKeepsItsZeros() {
    Model pruned = Plans.apply(MODEL, mask(DIAGONAL));

    Model tied = Plans.apply(pruned, tie(OptionalInt.of(1), new float[] {3, 0}, 0, 1, 1, 0));

    assertThat(tied.tensor("w").toFloatArray()).containsExactly(3, 0, 0, 3);
    assertThat(tied.masks()).containsOnlyKeys("w");
    assertThat(tied.codebooks()).containsOnlyKeys("w");
  }

  @Test
  void refusesACodebookThatRevivesAMaskedWeight() {
    Model pruned = Plans.apply(MODEL, mask(DIAGONAL));
    Plan reviving = tie(OptionalInt.of(1), new float[] {3, 0}, 0, 1, 0, 0);

    assertRefused(pruned, reviving, "plan of kmeans", "of w", "element 2", "3.0", "zero entry 1");
  }

  @Test
  void refusesACodebookWithoutAZeroEntryOverAMask() {
    Model pruned = Plans.apply(MODEL, mask(DIAGONAL));
    Plan zeroless = tie(OptionalInt.empty(), new float[] {3, 0}, 0, 1, 1, 0);

    assertRefused(pruned, zeroless, "element 1", "the codebook has none");
  }

  @Test
  void refusesAMaskOverACodebookThatGivesTheWeightAnotherValue() {
    Model tied = Plans.apply(MODEL, tie(OptionalInt.empty(), new float[] {-3, 2}, 1, 1, 0, 1));

    assertRefused(tied, mask(DIAGONAL), "element 1");
  }

  @Test
  void replacesAnEarlierMask() {
    Mask first = new Mask.Builder("w", SHAPE).keep(0).build();

    Model twice = Plans.apply(Plans.apply(MODEL, mask(first)), mask(DIAGONAL));

    assertThat(twice.masks()).containsEntry("w", DIAGONAL);
    assertThat(twice.tensor("w").toFloatArray()).containsExactly(1, 0, 0, 0);
  }

  @Test
  void refusesATensorThatIsNotThere() {
    assertRefused(MODEL, mask(Mask.all("v", SHAPE)), "mask of v", "no such tensor");
  }

  @Test
  void refusesAnotherShape() {
    assertRefused(MODEL, mask(Mask.all("w", Shape.of(4))), "shape 4", "2x2");
  }

  @Test
  void refusesATensorThatIsNotFloat() {
    assertRefused(MODEL, mask(Mask.all("n", Shape.of(1))), "int64, not float");
  }

  @Test
  void sharesTheTensorsOfALargeModelThatNoEditNames() {
    int bytes = 400_000_000;
    Tensor large =
        Tensor.of(
            "large",
            DataType.FLOAT,
            Shape.of(bytes / Float.BYTES),
            ByteBuffer.allocateDirect(bytes));
    Model model = model(large, Tensor.ofFloats("w", SHAPE, 1, 2, 3, 4));

    Model pruned =
        Plans.apply(model, mask(DIAGONAL)).withTensors(List.of(Graphs.floats("w", 2, 2)));

    assertThat(pruned.tensor("large")).isSameAs(large);
  }

  private static void assertRefused(Model model, Plan plan, String... words) {
    assertThatThrownBy(() -> Plans.apply(model, plan))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessageContainingAll(words);
  }
}
