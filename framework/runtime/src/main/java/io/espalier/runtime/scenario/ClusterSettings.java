package io.espalier.runtime.scenario;

import io.espalier.api.Codebook;
import io.espalier.api.Layer;
import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.core.LayerEntry;
import io.espalier.core.LayerSelection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What can be set of a cluster stage, whichever clusterer it names. */
public final class ClusterSettings {
  /** How many values an entry's layers have. */
  public static final Parameter<Integer> CLUSTERS =
      Parameter.integer(
              "clusters",
              "values that the weights of each layer may have, zero included, in place of the clusterer's own number")
          .atLeast(2)
          .atMost(Codebook.MAX_VALUES)
          .optional();

  /** What the entries say. */
  public static final Parameter<List<Parameters>> LAYERS =
      Parameter.list(
              LayerSelection.LAYERS.name(),
              LayerSelection.LAYERS.meaning(),
              Parameter.object("entry", "some layers and what holds for them", entry()))
          .or(List.of());

  /** Dense layers only. */
  public static final Parameter<Boolean> CLUSTER_DENSE =
      Parameter.bool("clusterDense", LayerSelection.PRUNE_DENSE.meaning()).or(false);

  /** What has values of its own. */
  public static final Parameter<String> SHARING =
      Parameter.choice(
              "sharing",
              "what has values of its own: each tensor (or each of its channels, where the clusterer is told so), or all layers of the stage together",
              "tensor",
              "layers")
          .or("tensor");

  /** What errors are weighted by. */
  public static final Parameter<String> WEIGHTING =
      Parameter.choice(
              "weighting",
              "what the squared error of a weight is multiplied by: nothing, its mean squared gradient, or the squared norm of the input that it is multiplied with",
              "none",
              "gradient",
              "activation")
          .or("none");

  /** A budget of bytes. */
  public static final Parameter<Integer> MAX_BYTES =
      Parameter.integer(
              "maxBytes",
              "bytes that the model may take in the compact container: the number of values is chosen for each layer")
          .atLeast(1)
          .in("bytes")
          .optional();

  /** A budget of accuracy. */
  public static final Parameter<Double> MAX_DROP =
      Parameter.number(
              "maxDrop",
              "points of accuracy that clustering may cost before any fine-tuning, on the last training samples: the number of values is chosen for each layer")
          .atLeast(0)
          .atMost(100)
          .in("points")
          .optional();

  /** How many samples the accuracy is measured with. */
  public static final Parameter<Integer> ACCURACY_SAMPLES =
      Parameter.integer("accuracySamples", "training samples, the last ones, for maxDrop")
          .or(2000)
          .atLeast(1)
          .in("samples");

  /** What a budget chooses from. */
  public static final Parameter<List<Integer>> CLUSTERS_TO_TRY =
      Parameter.list(
              "clustersToTry",
              "numbers of values that a budget chooses from, rising",
              Parameter.integer("count", "values").atLeast(2).atMost(Codebook.MAX_VALUES))
          .atLeast(1)
          .or(List.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256));

  private static final List<Parameter<?>> SELECTION =
      List.of(
          LayerSelection.WEIGHTS,
          LayerSelection.DEPTHWISE,
          LayerSelection.FIRST_LAYERS,
          LayerSelection.LAST_LAYERS,
          LayerSelection.EXCLUDE_FIRST,
          LayerSelection.EXCLUDE_LAST);

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = all();

  private ClusterSettings() {}

  private static List<Parameter<?>> entry() {
    List<Parameter<?>> entry = new ArrayList<>(LayerEntry.MATCHING);
    entry.add(CLUSTERS);
    return List.copyOf(entry);
  }

  private static List<Parameter<?>> all() {
    List<Parameter<?>> all = new ArrayList<>(List.of(LAYERS, CLUSTER_DENSE));
    all.addAll(SELECTION);
    all.addAll(
        List.of(
            SHARING,
            WEIGHTING,
            MAX_BYTES,
            MAX_DROP,
            ACCURACY_SAMPLES,
            CLUSTERS_TO_TRY,
            PruneSettings.CALIBRATION));
    return List.copyOf(all);
  }

  /** The layers that a stage's settings select. */
  public static LayerSelection selection(Parameters settings) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Parameter<?> parameter : SELECTION) {
      settings.find(parameter).ifPresent(value -> given.put(parameter.name(), value));
    }
    List<Map<String, Object>> entries = new ArrayList<>();
    for (Parameters entry : settings.get(LAYERS)) {
      Map<String, Object> values = new LinkedHashMap<>(entry.values());
      values.remove(CLUSTERS.name());
      entries.add(values);
    }
    given.put(LAYERS.name(), entries);
    given.put(LayerSelection.PRUNE_DENSE.name(), settings.get(CLUSTER_DENSE));
    return new LayerSelection(Parameters.of("selection", LayerSelection.PARAMETERS, given));
  }

  /** The number of values that the entry of a selected {@link Layer} says, if it says one. */
  public static OptionalInt clusters(Parameters settings, LayerSelection.Choice choice) {
    return choice
        .entry()
        .flatMap(entry -> settings.get(LAYERS).get(entry.position()).find(CLUSTERS))
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }
}
