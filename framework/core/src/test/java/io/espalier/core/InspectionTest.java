package io.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static int unique(float... values) {
    return UniqueValues.count(FloatBuffer.wrap(values));
  }

  @Test
  void countsTheTutorialNetwork() {
    Inspection inspection = Inspection.of(TutorialCnn.build(7));

    assertThat(inspection.parameters()).isEqualTo(20_410);
    assertThat(inspection.weights()).isEqualTo(20_388);
    assertThat(inspection.zeros()).isZero();
    assertThat(inspection.nonZero()).isEqualTo(20_388);
    assertThat(inspection.inputs()).hasToString("[image float batch x 1 x 28 x 28]");
    assertThat(inspection.outputs()).hasToString("[logits float batch x 10]");
  }

  @Test
  void countsZerosByLayer() {
    Model model = TutorialCnn.build(7);
    List<Edit> edits = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      Tensor weight = model.tensor(layer.weight());
      Mask mask = new ExactSelector().keepHighest(layer, weight.toFloatArray(), 0.75);
      edits.add(new Edit.MaskWeights(mask));
    }

    Inspection inspection = Inspection.of(Plans.apply(model, new Plan("test", edits)));

    assertThat(inspection.layers()).extracting(Inspection.Row::zeros).containsExactly(81L, 15_210L);
    assertThat(inspection.layers().get(0).sparsity()).isEqualTo(0.75);
    assertThat(inspection.sparsity()).isEqualTo(0.75);
    assertThat(inspection.nonZero()).isEqualTo(27 + 5_070);
  }

  @Test
  void describesALayer() {
    Inspection.Row row = Inspection.of(TutorialCnn.build(7)).layers().get(0);

    assertThat(row.name()).isEqualTo("conv");
    assertThat(row.type()).isEqualTo("Conv");
    assertThat(row.weight()).isEqualTo("conv.weight");
    assertThat(row.shape()).isEqualTo(Shape.of(12, 1, 3, 3));
    assertThat(row.uniqueValues()).isEqualTo(108);
  }

  @Test
  void hasNoSparsityWithoutPrunableWeights() {
    Model relu =
        Graphs.single(Graphs.value("x", -1, 3), 2, Graphs.node("r", "Relu", List.of("x"), "y"));

    assertThat(Inspection.of(relu).sparsity()).isZero();
  }

  @Test
  void countsTheTwoZerosAsOneValue() {
    assertThat(unique(0f, -0f, 1f)).isEqualTo(2);
  }

  @Test
  void countsNeighbouringFloatsApart() {
    assertThat(unique(1f, Math.nextUp(1f), -1f, 1f, Float.NaN)).isEqualTo(4);
  }

  @Test
  void countsNothingInNothing() {
    assertThat(unique()).isZero();
  }

  @Property(tries = 200)
  void countsLikeASet(@ForAll @Size(max = 500) List<Integer> bits) {
    float[] values = new float[bits.size()];
    Set<Integer> expected = new HashSet<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(bits.get(i) & 0xffc3_0003);
      expected.add(values[i] == 0 ? 0 : Float.floatToRawIntBits(values[i]));
    }

    assertThat(unique(values)).isEqualTo(expected.size());
  }

  @Test
  void countsMillionsOfValuesFast() {
    RandomGenerator random = Seeds.random(1, "values");
    float[] values = new float[4_000_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i % 1000) / 7 + (random.nextBoolean() ? 1000 : 0);
    }

    assertThat(unique(values)).isEqualTo(2000);
  }
}
