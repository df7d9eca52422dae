package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import java.util.List;
import java.util.OptionalInt;

/**
 * Constraints on the two layers of {@link SmallModels#cnn} and the check that a model keeps them:
 * half of each layer is masked, and the dense layer's weights also share five values and a zero.
 *
 * @param mask of the convolution
 * @param denseMask of the dense layer
 * @param codebook of the dense layer
 */
record Sharing(Mask mask, Mask denseMask, Codebook codebook) {
  private static final float[] VALUES = {-0.15f, -0.05f, 0, 0.02f, 0.08f, 0.2f};
  private static final int ZERO = 2;

  static Sharing of(Model model) {
    List<Layer> layers = Layers.prunable(model);
    Mask denseMask = half(model, layers.get(1));
    char[] indices = new char[denseMask.size()];
    for (int i = 0; i < indices.length; i++) {
      int other = i % (VALUES.length - 1);
      indices[i] = (char) (denseMask.keeps(i) ? other < ZERO ? other : other + 1 : ZERO);
    }
    return new Sharing(
        half(model, layers.get(0)),
        denseMask,
        new Codebook(denseMask.tensor(), denseMask.shape(), VALUES, indices, OptionalInt.of(ZERO)));
  }

  private static Mask half(Model model, Layer layer) {
    float[] scores = model.tensor(layer.weight()).toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return new ExactSelector().keepHighest(layer, scores, 0.5);
  }

  Plan plan() {
    return new Plan(
        "contract",
        List.of(
            new Edit.MaskWeights(mask),
            new Edit.MaskWeights(denseMask),
            new Edit.TieWeights(codebook)));
  }

  Plan masksOnly() {
    return new Plan(
        "contract", List.of(new Edit.MaskWeights(mask), new Edit.MaskWeights(denseMask)));
  }

  /** Checks the masked tensors and the recorded masks. */
  void assertMasksHold(Model model) {
    assertZero(model.tensor(mask.tensor()), mask);
    assertZero(model.tensor(denseMask.tensor()), denseMask);
    assertThat(model.masks().values()).contains(mask, denseMask);
  }

  /** Checks all tensors and recorded constraints. */
  void assertHolds(Model model) {
    assertMasksHold(model);
    assertThat(model.codebooks()).containsKey(codebook.tensor());
    Codebook now = model.codebooks().getOrDefault(codebook.tensor(), codebook);
    assertThat(now.indices()).isEqualTo(codebook.indices());
    assertThat(now.zero()).isEqualTo(codebook.zero());
    assertThat(withoutSign(now.decode()))
        .as("%s against its codebook", codebook.tensor())
        .isEqualTo(withoutSign(model.tensor(codebook.tensor())));
  }

  private static void assertZero(Tensor tensor, Mask mask) {
    float[] values = tensor.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      if (!mask.keeps(i) && values[i] != 0) {
        assertThat(values[i]).as("masked element %d of %s", i, tensor.name()).isZero();
      }
    }
  }

  /** The values with one kind of zero. */
  private static float[] withoutSign(Tensor tensor) {
    float[] values = tensor.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0f;
    }
    return values;
  }
}
