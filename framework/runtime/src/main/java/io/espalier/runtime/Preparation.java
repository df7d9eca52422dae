package io.espalier.runtime;

import io.espalier.api.Dataset;
import io.espalier.api.DatasetSource;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.FineTuner;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.Schedule;
import io.espalier.api.Scheduler;
import io.espalier.api.ValueInfo;
import io.espalier.core.Layers;
import io.espalier.core.ModelBuilders;
import io.espalier.core.SchedulePreview;
import io.espalier.runtime.PreparedStage.Pruning;
import io.espalier.runtime.answered.AnsweredListener;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out before a run begins whether it can be done: extensions are there, parameters allowed,
 * the data set opens, every schedule reaches its end in the training it belongs to. The cheap
 * checks of all stages come first, so that a slip in the last stage costs no download.
 */
final class Preparation {
  private final Espalier.Options options;

  Preparation(Espalier.Options options) {
    this.options = options;
  }

  /**
   * @throws EspalierException that names the place in the scenario, what is wrong and what is
   *     allowed
   */
  PreparedRun prepare(Scenario scenario) {
    List<PreparedStage> stages = check(scenario);
    Plugged<DatasetSource> source = source(scenario);
    Dataset dataset =
        source.call(
            s ->
                s.open(
                    new DatasetSource.Request(
                        source.parameters(),
                        options.dataDir(),
                        options.cache(),
                        options.mayFetch(),
                        source.watched(options.progress()))));
    return new PreparedRun(
        scenario, dataset, stages.stream().map(stage -> withSchedule(stage, dataset)).toList());
  }

  /**
   * What can be checked at once: that extensions are there and parameters are allowed.
   *
   * @throws EspalierException as {@link #prepare}
   */
  List<PreparedStage> check(Scenario scenario) {
    source(scenario);
    AnsweredListener.check(scenario.listeners());
    List<PreparedStage> stages = new ArrayList<>();
    for (int i = 0; i < scenario.stages().size(); i++) {
      PreparedStage stage =
          new PreparedStage(i, scenario.stages().get(i), Optional.empty(), Optional.empty());
      requireExtensions(stage);
      requireNothingIsChangedAfterQuantisation(scenario.stages(), i);
      if (stage.spec().kind() == StageKind.PRUNE) {
        PruneForm.require(stage);
      } else if (stage.spec().kind() == StageKind.CLUSTER) {
        ClusterForm.require(stage);
      }
      stages.add(stage);
    }
    return stages;
  }

  /** What would be trained, pruned or clustered after it is not there any more as floats. */
  private static void requireNothingIsChangedAfterQuantisation(List<StageSpec> stages, int index) {
    StageKind kind = stages.get(index).kind();
    for (StageSpec before : stages.subList(0, index)) {
      if (before.kind() == StageKind.QUANTISE
          && kind != StageKind.EVALUATE
          && kind != StageKind.EXPORT) {
        throw new EspalierException(
            FailureCode.USAGE,
            "stages[%d].kind: '%s' cannot come after '%s', which quantises (allowed: evaluate, export)"
                .formatted(index, kind.id(), before.name()));
      }
    }
  }

  private Plugged<DatasetSource> source(Scenario scenario) {
    return Plugged.of(options.catalog(), DatasetSource.class, scenario.dataset(), "dataset", "");
  }

  /**
   * The model that a run starts from.
   *
   * @throws EspalierException if it cannot be had or a stage would have nothing to work on
   */
  Model model(Scenario scenario) {
    Model model = source(scenario.model(), scenario.seed());
    boolean needsLayers =
        scenario.stages().stream()
            .anyMatch(s -> s.kind() == StageKind.PRUNE || s.kind() == StageKind.CLUSTER);
    if (needsLayers && Layers.prunable(model).isEmpty()) {
      throw new EspalierException(
          FailureCode.MODEL,
          "model '%s' has no layer to prune or cluster (Conv, ConvTranspose, Gemm or MatMul with a constant float weight)"
              .formatted(model.graph().name()));
    }
    for (int i = 0; i < scenario.stages().size(); i++) {
      StageSpec stage = scenario.stages().get(i);
      PreparedStage prepared = new PreparedStage(i, stage, Optional.empty(), Optional.empty());
      if (stage.kind() == StageKind.PRUNE) {
        PruneForm.requireFits(prepared, model);
      } else if (stage.kind() == StageKind.CLUSTER) {
        ClusterForm.requireFits(prepared, model, prepared.clusterer(options.catalog()));
      } else if (stage.kind() == StageKind.SHRINK) {
        ShrinkGroups.requireFits(model, stage);
      }
    }
    return model;
  }

  private Model source(ModelSource source, long seed) {
    if (source instanceof ModelSource.Builder builder) {
      return ModelBuilders.build(builder.name(), seed);
    }
    if (source instanceof ModelSource.ModelFile file) {
      return ModelFiles.read(options.catalog(), file.path());
    }
    throw new EspalierException(
        FailureCode.USAGE,
        "model.scenario: %s has to be run first; 'espalier run' does so"
            .formatted(((ModelSource.EarlierRun) source).scenario()));
  }

  /**
   * Checks that a model takes the samples of a data set, as far as that can be seen.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) that names both shapes
   */
  static void requireFits(Model model, Dataset dataset) {
    if (model.graph().inputs().size() != 1) {
      return;
    }
    ValueInfo input = model.graph().inputs().get(0);
    List<Long> sample = dataset.sample().dims();
    boolean fits = input.dims().size() == sample.size() + 1;
    for (int axis = 0; fits && axis < sample.size(); axis++) {
      fits =
          !(input.dims().get(axis + 1) instanceof ValueInfo.Known known)
              || known.size() == sample.get(axis);
    }
    if (!fits) {
      throw new EspalierException(
          FailureCode.DATA,
          "data set '%s' has samples of shape %s; model '%s' takes %s"
              .formatted(dataset.name(), dataset.sample(), model.graph().name(), input));
    }
  }

  private void requireExtensions(PreparedStage stage) {
    for (StageKind.Role role : stage.spec().uses().keySet()) {
      switch (role) {
        case PRUNER -> stage.pruner(options.catalog());
        case CHANNEL_PRUNER -> stage.channelPruner(options.catalog());
        case SCHEDULER -> stage.scheduler(options.catalog());
        case CLUSTERER -> stage.clusterer(options.catalog());
        case FINE_TUNER -> stage.fineTuner(options.catalog());
        case EXPORTER -> stage.exporter(options.catalog());
      }
    }
  }

  private PreparedStage withSchedule(PreparedStage stage, Dataset dataset) {
    boolean trains = stage.spec().use(StageKind.Role.FINE_TUNER).isPresent();
    if (!trains
        || stage.spec().kind() == StageKind.SHRINK
        || stage.spec().kind() == StageKind.CLUSTER) {
      return stage;
    }
    Plugged<FineTuner> fineTuner = stage.fineTuner(options.catalog());
    Horizon horizon = fineTuner.call(f -> f.horizon(dataset, fineTuner.parameters()));
    Optional<Pruning> pruning =
        stage.spec().kind() == StageKind.PRUNE
            ? Optional.of(pruning(stage, stage.scheduler(options.catalog()), horizon))
            : Optional.empty();
    return new PreparedStage(stage.index(), stage.spec(), Optional.of(horizon), pruning);
  }

  private static Pruning pruning(
      PreparedStage stage, Plugged<Scheduler> scheduler, Horizon horizon) {
    Schedule schedule = scheduler.call(s -> s.schedule(scheduler.parameters(), horizon));
    try {
      stage.requirePattern(schedule.finalSparsity());
      return scheduler.call(s -> new Pruning(schedule, SchedulePreview.of(schedule, horizon)));
    } catch (EspalierException e) {
      throw scheduler.at(e);
    }
  }
}
