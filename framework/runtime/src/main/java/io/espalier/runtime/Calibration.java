package io.espalier.runtime;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.runtime.measure.ActivationStatistics;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.Use;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures what a pruner asks for, with training samples: activations with ONNX Runtime, gradients
 * with the stage's fine-tuner, or with the first that is installed where the stage has none.
 */
final class Calibration {
  private Calibration() {}

  /** Statistics of a stage's layers, but for those of the steps of a training. */
  static Statistics measure(StageTask task, Model model, List<Layer> layers, Set<Statistic> kinds) {
    return measure(task, model, layers, kinds, Optional.empty());
  }

  /**
   * As above.
   *
   * @param activation that activations count behind, in place of the graph's own
   */
  static Statistics measure(
      StageTask task,
      Model model,
      List<Layer> layers,
      Set<Statistic> kinds,
      Optional<ActivationStatistics.Activation> activation) {
    Parameters settings = task.stage().spec().settings().get(PruneSettings.CALIBRATION);
    Dataset dataset = task.context().run().dataset();
    Statistics ofActivations =
        ActivationStatistics.collect(
            model, dataset.train(), settings.get(PruneSettings.SAMPLES), layers, kinds, activation);
    return ofActivations.and(gradients(task, model, layers, kinds, settings));
  }

  private static Statistics gradients(
      StageTask task, Model model, List<Layer> layers, Set<Statistic> kinds, Parameters settings) {
    Map<GradientQuery, Statistic> queries = new LinkedHashMap<>();
    for (Statistic kind : kinds) {
      kind.ofWeights()
          .ifPresent(
              asked ->
                  layers.forEach(
                      layer -> queries.put(GradientQuery.ofWeights(layer.weight(), asked), kind)));
    }
    if (queries.isEmpty()) {
      return Statistics.NONE;
    }
    Plugged<FineTuner> fineTuner = fineTuner(task);
    int size = settings.get(PruneSettings.BATCH_SIZE);
    GradientStatistics answers =
        fineTuner.call(
            f ->
                f.gradients(
                    new GradientRequest(
                        model,
                        task.context().run().dataset(),
                        fineTuner.parameters(),
                        task.context().seed(task.stage(), "calibrate"),
                        (settings.get(PruneSettings.SAMPLES) + size - 1) / size,
                        size,
                        false,
                        new ArrayList<>(queries.keySet()))));
    Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);
    queries.forEach(
        (query, kind) ->
            values
                .computeIfAbsent(kind, k -> new LinkedHashMap<>())
                .put(query.tensor(), answers.answer(query)));
    return new Statistics(values);
  }

  private static Plugged<FineTuner> fineTuner(StageTask task) {
    if (task.stage().spec().use(Role.FINE_TUNER).isPresent()) {
      return task.stage().fineTuner(task.context().extensions());
    }
    String first =
        task.context().extensions().ids(FineTuner.class).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new EspalierException(
                        FailureCode.PLUGIN,
                        "stage '%s' needs gradients, and no fine-tuner is installed that computes them"
                            .formatted(task.stage().name())));
    return Plugged.of(
        task.context().extensions(),
        FineTuner.class,
        Use.of(first),
        "stages[%d].calibration".formatted(task.stage().index()),
        task.stage().name());
  }
}
