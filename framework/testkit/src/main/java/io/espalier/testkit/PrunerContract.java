package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Edit;
import io.espalier.api.Extension;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.Plan;
import io.espalier.api.PruneRequest;
import io.espalier.api.Pruner;
import io.espalier.api.Shape;
import io.espalier.api.Structure;
import io.espalier.core.ExactSelector;
import io.espalier.core.Layers;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Plans;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every pruner keeps: exact counts, ties included; one mask for each layer that it was asked
 * for; the same plan every time; and a model that it only looks at.
 */
public abstract class PrunerContract extends ExtensionContract {
  private static final long SEED = 11;

  /** The pruner under test, a new one in every call. */
  protected abstract Pruner pruner();

  @Override
  final Extension extension() {
    return pruner();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.5, 0.8, 0.999})
  void masksExactlyAsManyWeightsAsAsked(double sparsity) {
    Model model = SmallModels.cnn(SEED);
    Plan plan = plan(model, Layers.prunable(model), sparsity);

    for (Layer layer : Layers.prunable(model)) {
      int size = (int) layer.shape().size();
      assertThat(mask(plan, layer).kept())
          .as("weights kept of %s", layer)
          .isEqualTo(ExactSelector.kept(size, sparsity));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.5, 0.8, 0.999})
  void isExactAmongEqualWeights(double sparsity) {
    float[] values = new float[42];
    Arrays.fill(values, 0.5f);
    Model model = SmallModels.dense(Shape.of(6, 7), values);
    List<Layer> layers = Layers.prunable(model);

    Plan plan = plan(model, layers, sparsity);

    assertThat(mask(plan, layers.get(0)).kept()).isEqualTo(ExactSelector.kept(42, sparsity));
  }

  @Test
  void masksTheLayersItWasAskedForAndNoOther() {
    Model model = SmallModels.cnn(SEED);
    Layer last = Layers.prunable(model).get(1);

    Plan plan = plan(model, List.of(last), 0.5);

    assertThat(plan.author()).isEqualTo(pruner().description().id());
    assertThat(masks(plan)).containsOnlyKeys(last.weight());
    assertThat(mask(plan, last).shape()).isEqualTo(last.shape());
  }

  @Test
  void makesAPlanThatCanBeApplied() {
    Model model = SmallModels.cnn(SEED);
    Plan plan = plan(model, Layers.prunable(model), 0.5);

    assertThat(Plans.apply(model, plan).masks()).isEqualTo(masks(plan));
  }

  @Test
  void makesTheSamePlanAgain() {
    Model model = SmallModels.cnn(SEED);
    List<Layer> layers = Layers.prunable(model);

    assertThat(plan(model, layers, 0.7)).isEqualTo(plan(model, layers, 0.7));
  }

  @Test
  void leavesTheModelBitIdentical() {
    Model model = SmallModels.cnn(SEED);
    byte[] before = new OnnxFormat().bytes(model);

    plan(model, Layers.prunable(model), 0.5);

    assertThat(new OnnxFormat().bytes(model)).isEqualTo(before);
  }

  private Plan plan(Model model, List<Layer> layers, double sparsity) {
    return pruner()
        .plan(
            new PruneRequest(
                model,
                layers.stream().map(layer -> target(layer, sparsity)).toList(),
                parameters(),
                SEED,
                new ExactSelector(),
                FakeStatistics.of(layers, pruner().needs(parameters()), SEED),
                Optional.of(model)));
  }

  private static PruneRequest.Target target(Layer layer, double sparsity) {
    return new PruneRequest.Target(layer, sparsity, Structure.ELEMENTS);
  }

  private static Mask mask(Plan plan, Layer layer) {
    return Optional.ofNullable(masks(plan).get(layer.weight()))
        .orElseThrow(() -> new AssertionError("no mask for " + layer + " in " + plan));
  }

  private static Map<String, Mask> masks(Plan plan) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Edit edit : plan.edits()) {
      assertThat(edit).isInstanceOfAny(Edit.MaskWeights.class, Edit.ReplaceWeights.class);
      if (edit instanceof Edit.MaskWeights mask) {
        assertThat(masks).as("tensors masked so far").doesNotContainKey(edit.tensor());
        masks.put(edit.tensor(), mask.mask());
      }
    }
    return masks;
  }
}
