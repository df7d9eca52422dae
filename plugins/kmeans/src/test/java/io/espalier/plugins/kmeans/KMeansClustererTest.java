package io.espalier.plugins.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.api.Clusterer;
import io.espalier.api.Codebook;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.NdTensors;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import io.espalier.testkit.ClustererContract;
import io.espalier.testkit.SmallModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KMeansClustererTest extends ClustererContract {
  private static final Map<String, ?> THREE = Map.of("clusters", 3);

  @Override
  protected Clusterer clusterer() {
    return new KMeansClusterer();
  }

  @Override
  protected int mostValues() {
    return 32;
  }

  @Test
  void sharesTheMeansOfItsClusters() {
    Codebook codebook = cluster(Map.of("clusters", 2), Optional.empty(), 1, 15, 3, 17);

    assertThat(codebook.values()).containsExactly(2, 16);
    assertThat(codebook.indices()).containsExactly((char) 0, (char) 1, (char) 0, (char) 1);
    assertThat(codebook.zero()).isEmpty();
  }

  @Test
  void givesZerosAnEntryOfTheirOwn() {
    Codebook codebook = cluster(THREE, Optional.empty(), -2, 0, 0.01f, 4, -0f, 0.01f);

    assertThat(codebook.zero()).hasValue(1);
    assertThat(codebook.decode().toFloatArray()[1]).isZero();
    assertThat(codebook.decode().toFloatArray()[4]).isZero();
    assertThat(codebook.index(2)).isNotEqualTo((char) 1);
    assertThat(codebook.count()).isEqualTo(3);
  }

  @Test
  void holdsPrunedWeightsAtZeroEvenIfTheyAreNot() {
    Mask mask = new Mask.Builder("w", Shape.of(4)).keep(0).keep(3).build();

    Codebook codebook = cluster(THREE, Optional.of(mask), 1, 9, 9, 2);

    assertThat(codebook.decode().toFloatArray()).containsExactly(1, 0, 0, 2);
  }

  @Test
  void needsNoZeroWhereNothingIsZero() {
    Mask mask = Mask.all("w", Shape.of(4));

    assertThat(cluster(THREE, Optional.of(mask), 1, 2, 3, 4).zero()).isEmpty();
  }

  @Test
  void hasOnlyAZeroWhereAllIsZero() {
    Codebook codebook = cluster(THREE, Optional.empty(), 0, 0, -0f);

    assertThat(codebook.values()).containsExactly(0);
    assertThat(codebook.zero()).hasValue(0);
  }

  @Test
  void treatsZerosLikeAnyWeightWhenSparsityIsNotPreserved() {
    Codebook codebook =
        cluster(Map.of("clusters", 2, "preserveSparsity", false), Optional.empty(), 0, 1, 8, 9);

    assertThat(codebook.values()).containsExactly(0.5f, 8.5f);
    assertThat(codebook.zero()).isEmpty();
  }

  @Test
  void refusesToLosePrunedWeights() {
    Mask mask = new Mask.Builder("w", Shape.of(3)).keep(0).build();

    assertThatThrownBy(
            () ->
                cluster(
                    Map.of("clusters", 2, "preserveSparsity", false), Optional.of(mask), 1, 0, 0))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "preserveSparsity: false is not allowed for layer 'dense', whose weights are pruned"
                + " (allowed: true)");
  }

  @Test
  void reproducesWeightsOfFewDifferentValues() {
    Codebook codebook = cluster(Map.of("clusters", 5), Optional.empty(), 3, 1, 3, 1, -2, 0);

    assertThat(codebook.decode().toFloatArray()).containsExactly(3, 1, 3, 1, -2, 0);
    assertThat(codebook.count()).isEqualTo(4);
  }

  @Test
  void refusesMoreClustersThanWeights() {
    assertThatThrownBy(() -> cluster(Map.of(), Optional.empty(), new float[20]))
        .isInstanceOfSatisfying(
            ParameterException.class, e -> assertThat(e.parameter()).isEqualTo("clusters"))
        .hasMessage(
            "clusters: 32 is not allowed for layer 'dense' with 20 weights"
                + " (allowed: at most one for each weight)");
  }

  @Test
  void refusesNoClusters() {
    assertThatThrownBy(() -> cluster(Map.of("clusters", 0), Optional.empty(), 1, 2, 3))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("clusters: 0 is not allowed (allowed: ");
  }

  @Test
  void takesTheNamesOfOtherTools() {
    Map<String, ?> theirs =
        Map.of(
            "number_of_clusters",
            2,
            "cluster_centroids_init",
            "KMEANS_PLUS_PLUS",
            "preserve_sparsity",
            false,
            "cluster_per_channel",
            false);

    assertThat(cluster(theirs, Optional.empty(), 1, 15, 3, 17))
        .isEqualTo(
            cluster(
                Map.of("clusters", 2, "preserveSparsity", false), Optional.empty(), 1, 15, 3, 17));
    for (String word : List.of("LINEAR", "RANDOM", "DENSITY_BASED", "OPTIMAL")) {
      assertThat(
              cluster(
                      Map.of("clusters_number", 2, "cluster_centroids_init", word),
                      Optional.empty(),
                      1,
                      15,
                      3,
                      17)
                  .values())
          .containsExactly(2, 16);
    }
  }

  @Test
  void givesEachOutputChannelValuesOfItsOwn() {
    Layer rows = new Layer("conv", "Conv", "w", Shape.of(2, 4));
    float[] weights = {1, 3, 11, 13, 0, 100, 104, 0};

    Codebook codebook = cluster(rows, Map.of("clusters", 3, "perChannel", true), weights);

    assertThat(codebook.channelAxis()).hasValue(0);
    assertThat(codebook.decode().toFloatArray()).containsExactly(2, 2, 12, 12, 0, 100, 104, 0);
    assertThat(codebook.count()).isEqualTo(5);
  }

  @Test
  void takesColumnsForChannelsWhereTheLayerDoes() {
    Layer columns = new Layer("dense", "MatMul", "w", Shape.of(4, 2));
    float[] weights = {1, 100, 3, 110, 11, 200, 13, 210};

    Codebook codebook = cluster(columns, Map.of("clusters", 2, "perChannel", true), weights);

    assertThat(codebook.channelAxis()).hasValue(1);
    assertThat(codebook.decode().toFloatArray()).containsExactly(2, 105, 2, 105, 12, 205, 12, 205);
  }

  @Test
  void refusesMoreClustersThanAChannelHasWeights() {
    assertThatThrownBy(
            () ->
                cluster(
                    new Layer("conv", "Conv", "w", Shape.of(2, 4)),
                    Map.of("clusters", 5, "perChannel", true),
                    new float[8]))
        .hasMessage(
            "clusters: 5 is not allowed for layer 'conv' with 4 weights a channel"
                + " (allowed: at most one for each weight)");
  }

  @Test
  void takesAnotherNumberOfClustersFromTheRequest() {
    Codebook codebook = cluster(OptionalInt.of(2), Optional.empty(), 1, 15, 3, 17);

    assertThat(codebook.values()).containsExactly(2, 16);
  }

  @Test
  void centroidsAreDrawnToWeightsOfImportance() {
    INDArray importance = Nd4j.createFromArray(3f, 1f, 1f, 1f);

    Codebook codebook = cluster(OptionalInt.of(2), Optional.of(importance), 1, 15, 5, 17);

    assertThat(codebook.values()).containsExactly(2, 16);
  }

  @Test
  void weightsCountAlikeWhereNothingIsOfImportance() {
    Codebook codebook =
        cluster(OptionalInt.of(2), Optional.of(Nd4j.createFromArray(new float[4])), 1, 15, 3, 17);

    assertThat(codebook.values()).containsExactly(2, 16);
  }

  private static Codebook cluster(
      OptionalInt clusters, Optional<INDArray> importance, float... weights) {
    Layer layer = new Layer("dense", "MatMul", "w", Shape.of(weights.length));
    return new KMeansClusterer()
        .cluster(
            new Clusterer.Request(
                layer,
                Nd4j.createFromArray(weights),
                Optional.empty(),
                importance,
                clusters,
                Parameters.of(new KMeansClusterer().description(), Map.of()),
                1));
  }

  @Test
  void refusesChannelsOfARowOfWeights() {
    assertThatThrownBy(
            () -> cluster(Map.of("clusters", 2, "perChannel", true), Optional.empty(), 1, 2, 3))
        .hasMessage(
            "perChannel: true is not allowed for 'dense', a row of weights without channels"
                + " (allowed: false)");
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    assertThatThrownBy(() -> cluster(THREE, Optional.empty(), 1, Float.NaN, 2))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL))
        .hasMessage("layer 'dense': weight 1 of 'w' is NaN, which no cluster can hold");
  }

  @Test
  void takesOtherCentroidsFromOtherSeeds() {
    float[] weights = SmallModels.cnn(1).tensor("dense.weight").toFloatArray();

    assertThat(cluster(Map.of(), Optional.empty(), 1, weights))
        .isEqualTo(cluster(Map.of(), Optional.empty(), 1, weights))
        .isNotEqualTo(cluster(Map.of(), Optional.empty(), 2, weights));
  }

  @Test
  void indexesAsManyValuesAsACodebookHolds() {
    float[] weights = new float[Codebook.MAX_VALUES + 1000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }

    Codebook codebook = cluster(Map.of("clusters", Codebook.MAX_VALUES), Optional.empty(), weights);

    assertThat(codebook.count()).isEqualTo(Codebook.MAX_VALUES);
    assertThat(codebook.index(weights.length - 1)).isEqualTo(Codebook.MAX_VALUES - 1);
    assertThat(codebook.zero()).hasValue(0);
  }

  @Property(tries = 300)
  void keepsEveryZeroAndNoOther(
      @ForAll @Size(min = 4, max = 60) List<@IntRange(min = -6, max = 6) Integer> quarters,
      @ForAll Initialisation initialisation,
      @ForAll @IntRange(min = 2, max = 4) int clusters) {
    float[] weights = new float[quarters.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = quarters.get(i) / 4f;
    }
    Map<String, ?> given = Map.of("clusters", clusters, "initialisation", initialisation.word());

    Codebook codebook = cluster(given, Optional.empty(), weights);

    assertThat(codebook.count()).isLessThanOrEqualTo(clusters);
    for (int i = 0; i < weights.length; i++) {
      boolean atZero =
          codebook.zero().isPresent() && codebook.index(i) == codebook.zero().getAsInt();
      assertThat(atZero).isEqualTo(weights[i] == 0);
    }
  }

  private static Codebook cluster(Map<String, ?> given, Optional<Mask> mask, float... weights) {
    return cluster(given, mask, 1, weights);
  }

  private static Codebook cluster(
      Map<String, ?> given, Optional<Mask> mask, long seed, float[] weights) {
    Layer layer = new Layer("dense", "MatMul", "w", Shape.of(weights.length));
    return cluster(layer, given, mask, seed, weights);
  }

  private static Codebook cluster(Layer layer, Map<String, ?> given, float[] weights) {
    return cluster(layer, given, Optional.empty(), 1, weights);
  }

  private static Codebook cluster(
      Layer layer, Map<String, ?> given, Optional<Mask> mask, long seed, float[] weights) {
    KMeansClusterer clusterer = new KMeansClusterer();
    return clusterer.cluster(
        new Clusterer.Request(
            layer,
            NdTensors.view(Tensor.ofFloats("w", layer.shape(), weights)),
            mask,
            Parameters.of(clusterer.description(), given),
            seed));
  }
}
