package io.espalier.runtime;

import io.espalier.api.Clusterer;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.core.LayerSelection;
import io.espalier.runtime.scenario.ClusterSettings;
import java.util.List;

/** What the settings of a cluster stage must be to make sense, before anything is trained. */
final class ClusterForm {
  private ClusterForm() {}

  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the place in the scenario
   */
  static void require(PreparedStage stage) {
    Parameters settings = stage.spec().settings();
    try {
      ClusterSettings.selection(settings);
      requireOneBudget(settings);
      requireRising(settings.get(ClusterSettings.CLUSTERS_TO_TRY));
      requireNoneOfTheirOwn(settings);
    } catch (ParameterException e) {
      throw new EspalierException(
          e.code(), "stages[%d].%s: %s".formatted(stage.index(), e.parameter(), e.problem()), e);
    }
  }

  private static void requireOneBudget(Parameters settings) {
    if (settings.find(ClusterSettings.MAX_BYTES).isPresent()
        && settings.find(ClusterSettings.MAX_DROP).isPresent()) {
      throw new ParameterException(
          ClusterSettings.MAX_DROP.name(), "cannot be together with maxBytes; give one budget");
    }
  }

  private static void requireRising(List<Integer> counts) {
    for (int i = 1; i < counts.size(); i++) {
      if (counts.get(i) <= counts.get(i - 1)) {
        throw new ParameterException(
            ClusterSettings.CLUSTERS_TO_TRY.name(),
            "%s is not allowed (allowed: rising numbers)".formatted(counts));
      }
    }
  }

  private static void requireNoneOfTheirOwn(Parameters settings) {
    List<Parameters> entries = settings.get(ClusterSettings.LAYERS);
    for (int i = 0; i < entries.size(); i++) {
      boolean own = entries.get(i).find(ClusterSettings.CLUSTERS).isPresent();
      if (own && settings.get(ClusterSettings.SHARING).equals("layers")) {
        throw new ParameterException(
            "layers[%d].clusters".formatted(i),
            "is not allowed where layers share their values; say it to the clusterer");
      }
    }
  }

  /**
   * Checks a stage's selection, and what its clusterer is to do, against the model that the run
   * starts from. A budget finds out by itself how many values a layer can have.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) that names the place in the scenario
   */
  static void requireFits(PreparedStage stage, Model model, Plugged<Clusterer> clusterer) {
    boolean budget = ClusterBudget.isIn(stage.spec().settings());
    for (SharedWeights shared : SharedWeights.of(stage, selected(stage, model))) {
      if (!budget || shared.clusters().isPresent()) {
        clusterer.run(
            c -> c.requireFits(shared.layer(), shared.clusters(), clusterer.parameters()));
      }
    }
  }

  private static List<LayerSelection.Choice> selected(PreparedStage stage, Model model) {
    try {
      return ClusterSettings.selection(stage.spec().settings()).select(model).layers();
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(), "stages[%d].%s".formatted(stage.index(), e.getMessage()), e);
    }
  }
}
