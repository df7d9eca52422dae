package io.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.Edit;
import io.espalier.api.Extension;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.NdTensors;
import io.espalier.api.Plan;
import io.espalier.api.Tensor;
import io.espalier.core.ExactSelector;
import io.espalier.core.Inspection;
import io.espalier.core.Layers;
import io.espalier.core.Plans;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every clusterer keeps: no more values than asked, pruned weights at zero, the same codebook
 * every time, and weights that it only looks at.
 */
public abstract class ClustererContract extends ExtensionContract {
  private static final long SEED = 13;

  /** The clusterer under test, a new one in every call. */
  protected abstract Clusterer clusterer();

  /** The most values that a codebook may have with the contract's parameters; at most 600. */
  protected abstract int mostValues();

  @Override
  final Extension extension() {
    return clusterer();
  }

  @Test
  void sharesNoMoreValuesThanAsked() {
    Codebook codebook = cluster(weight(), Optional.empty());

    assertThat(codebook.count()).isLessThanOrEqualTo(mostValues());
    assertThat(codebook.tensor()).isEqualTo(layer().weight());
    assertThat(codebook.shape()).isEqualTo(layer().shape());
  }

  @Test
  void isNoWorseThanOneSharedValue() {
    float[] values = weight().toFloatArray();
    float[] shared = cluster(weight(), Optional.empty()).decode().toFloatArray();
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    double error = 0;
    double spread = 0;
    for (int i = 0; i < values.length; i++) {
      error += (values[i] - shared[i]) * (values[i] - shared[i]);
      spread += (values[i] - mean) * (values[i] - mean);
    }

    assertThat(error).isLessThanOrEqualTo(spread);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9})
  void keepsPrunedWeightsAtItsZero(double sparsity) {
    Mask mask = mask(sparsity);

    Codebook codebook = cluster(pruned(mask).tensor(layer().weight()), Optional.of(mask));

    for (int i = 0; i < mask.size(); i++) {
      if (!mask.keeps(i)) {
        assertThat(codebook.zero()).hasValue(codebook.index(i));
      }
    }
  }

  @Test
  void makesACodebookThatCanBeApplied() {
    Mask mask = mask(0.5);
    Codebook codebook = cluster(pruned(mask).tensor(layer().weight()), Optional.of(mask));

    Model tied =
        Plans.apply(pruned(mask), new Plan("contract", List.of(new Edit.TieWeights(codebook))));

    assertThat(Inspection.of(tied).layers())
        .filteredOn(row -> row.weight().equals(layer().weight()))
        .allSatisfy(row -> assertThat(row.uniqueValues()).isLessThanOrEqualTo(mostValues()));
  }

  @Test
  void makesTheSameCodebookAgain() {
    assertThat(cluster(weight(), Optional.empty())).isEqualTo(cluster(weight(), Optional.empty()));
  }

  @Test
  void leavesTheWeightsBitIdentical() {
    Tensor weight = weight();

    cluster(weight, Optional.empty());

    assertThat(weight).isEqualTo(weight());
  }

  private Codebook cluster(Tensor weight, Optional<Mask> mask) {
    return clusterer()
        .cluster(new Clusterer.Request(layer(), NdTensors.view(weight), mask, parameters(), SEED));
  }

  private static Mask mask(double sparsity) {
    float[] scores = weight().toFloatArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return new ExactSelector().keepHighest(layer(), scores, sparsity);
  }

  private static Model pruned(Mask mask) {
    return Plans.apply(model(), new Plan("contract", List.of(new Edit.MaskWeights(mask))));
  }

  private static Model model() {
    return SmallModels.cnn(SEED);
  }

  private static Tensor weight() {
    return model().tensor(layer().weight());
  }

  private static Layer layer() {
    return Layers.prunable(model()).get(1);
  }
}
