package io.espalier.runtime;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistic;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Parameters;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.runtime.measure.ActivationStatistics;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.ShrinkSettings;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.Use;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Measures what a pruner asks for, with training samples: activations with ONNX Runtime, gradients
 * with the stage's fine-tuner, or with the first installed that computes them where it has none.
 */
final class Calibration {
  private final PreparedStage stage;
  private final ExtensionCatalog extensions;
  private final Supplier<Dataset> dataset;
  private final long seed;

  /**
   * @param stage whose settings hold
   * @param dataset opened when something has to be measured
   * @param seed of the whole scenario
   */
  Calibration(
      PreparedStage stage, ExtensionCatalog extensions, Supplier<Dataset> dataset, long seed) {
    this.stage = stage;
    this.extensions = extensions;
    this.dataset = dataset;
    this.seed = seed;
  }

  static Calibration of(StageTask task) {
    RunContext context = task.context();
    return new Calibration(
        task.stage(),
        context.extensions(),
        context.run()::dataset,
        context.run().scenario().seed());
  }

  PreparedStage stage() {
    return stage;
  }

  ExtensionCatalog extensions() {
    return extensions;
  }

  /** Shape of one sample. */
  Shape sample() {
    return dataset.get().sample();
  }

  /** The seed of one purpose in the stage. */
  long seed(String purpose) {
    return PreparedStage.seed(seed, stage, purpose);
  }

  /** Statistics of a stage's layers, but for those of the steps of a training. */
  Statistics measure(Model model, List<Layer> layers, Set<Statistic> kinds) {
    return measure(model, layers, kinds, Optional.empty());
  }

  /**
   * As above.
   *
   * @param activation that activations count behind, in place of the graph's own
   */
  Statistics measure(
      Model model,
      List<Layer> layers,
      Set<Statistic> kinds,
      Optional<ActivationStatistics.Activation> activation) {
    if (kinds.isEmpty()) {
      return Statistics.NONE;
    }
    Parameters settings = stage.spec().settings().get(PruneSettings.CALIBRATION);
    Statistics ofActivations =
        ActivationStatistics.collect(
            model, dataset.get().train(), samples(settings), layers, kinds, activation);
    return ofActivations.and(gradients(model, layers, kinds, settings));
  }

  private Statistics gradients(
      Model model, List<Layer> layers, Set<Statistic> kinds, Parameters settings) {
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
    Set<GradientStatistic> asked =
        queries.keySet().stream().map(GradientQuery::statistic).collect(Collectors.toSet());
    Plugged<FineTuner> fineTuner = fineTuner(asked);
    int size = settings.get(PruneSettings.BATCH_SIZE);
    GradientStatistics answers =
        fineTuner.call(
            f ->
                f.gradients(
                    new GradientRequest(
                        model,
                        dataset.get(),
                        fineTuner.parameters(),
                        seed("calibrate"),
                        (samples(settings) + size - 1) / size,
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

  private int samples(Parameters calibration) {
    Optional<Integer> own =
        stage.spec().kind() == StageKind.SHRINK
            ? stage.spec().settings().find(ShrinkSettings.SAMPLES)
            : Optional.empty();
    return own.orElse(calibration.get(PruneSettings.SAMPLES));
  }

  private Plugged<FineTuner> fineTuner(Set<GradientStatistic> asked) {
    if (stage.spec().use(Role.FINE_TUNER).isPresent()) {
      return stage.fineTuner(extensions);
    }
    return extensions.ids(FineTuner.class).stream()
        .map(this::installed)
        .filter(one -> one.call(FineTuner::gradientStatistics).containsAll(asked))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.PLUGIN,
                    "stage '%s' needs gradients, and no fine-tuner is installed that computes them"
                        .formatted(stage.name())));
  }

  private Plugged<FineTuner> installed(String id) {
    return Plugged.of(
        extensions,
        FineTuner.class,
        Use.of(id),
        "stages[%d].calibration".formatted(stage.index()),
        stage.name());
  }
}
