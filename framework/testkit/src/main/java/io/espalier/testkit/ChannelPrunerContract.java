package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.ChannelGroup;
import io.espalier.api.ChannelPruner;
import io.espalier.api.ChannelRequest;
import io.espalier.api.ChannelSlice;
import io.espalier.api.Extension;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.core.ChannelGroups;
import io.espalier.core.Layers;
import io.espalier.core.OnnxFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every channel pruner keeps: one finite score for each channel, the same every time, and a
 * model that it only looks at.
 */
public abstract class ChannelPrunerContract extends ExtensionContract {
  private static final long SEED = 11;

  /** The pruner under test, a new one in every call. */
  protected abstract ChannelPruner pruner();

  /** A model whose first group it can score. */
  protected Model model() {
    return SmallModels.cnn(SEED);
  }

  @Override
  final Extension extension() {
    return pruner();
  }

  /** Scores the first group of a model by the layer that makes it. */
  protected final float[] scores(Model model, Statistics statistics) {
    ChannelGroup group = ChannelGroups.of(model).get(0);
    ChannelSlice slice = group.root();
    return NdTensors.values(
        pruner()
            .scores(
                new ChannelRequest(
                    model, group, layer(model, slice), slice, parameters(), statistics, SEED)));
  }

  private static Layer layer(Model model, ChannelSlice slice) {
    return Layers.prunable(model).stream()
        .filter(layer -> layer.weight().equals(slice.tensor()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no layer has the weight of " + slice));
  }

  private float[] scores(Model model) {
    Set<Statistic> needs = pruner().needs(parameters());
    List<Layer> layers = Layers.prunable(model);
    return scores(model, FakeStatistics.of(layers, needs, SEED));
  }

  @Test
  void scoresEveryChannelWithAFiniteNumber() {
    Model model = model();
    int channels = ChannelGroups.of(model).get(0).channels();

    float[] scores = scores(model);

    assertThat(scores).hasSize(channels);
    for (float score : scores) {
      assertThat(score).isFinite();
    }
  }

  @Test
  void scoresTheSameAgain() {
    assertThat(scores(model())).isEqualTo(scores(model()));
  }

  @Test
  void leavesTheModelBitIdentical() {
    Model model = model();
    byte[] before = new OnnxFormat().bytes(model);

    scores(model);

    assertThat(new OnnxFormat().bytes(model)).isEqualTo(before);
  }
}
