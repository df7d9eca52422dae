package io.espalier.runtime.fake;

import io.espalier.core.OnnxFormat;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageKind.Role;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Scenarios over the fakes, on {@link FakeModels#twoLayers}. */
public final class Scenarios {
  private Scenarios() {}

  /**
   * A scenario whose model is written into a folder.
   *
   * @param folder for the model's file
   */
  public static Scenario of(Path folder, StageSpec... stages) {
    Path file = folder.resolve("two-layers.onnx");
    new OnnxFormat().write(FakeModels.twoLayers(), file);
    return new Scenario(
        "tiny", 42, Use.of(FakeDatasetSource.ID), new ModelSource.ModelFile(file), List.of(stages));
  }

  public static StageSpec train(String name, int steps) {
    return new StageSpec(name, StageKind.TRAIN, Map.of(Role.FINE_TUNER, walk(steps)));
  }

  public static StageSpec fineTune(String name, int steps) {
    return new StageSpec(name, StageKind.FINE_TUNE, Map.of(Role.FINE_TUNER, walk(steps)));
  }

  /** Prunes to a sparsity, reached at the last step but four. */
  public static StageSpec prune(String name, int steps, double sparsity) {
    return prune(
        name,
        steps,
        Use.of(FakePruner.ID),
        new Use(FakeScheduler.ID, Map.of("sparsity", sparsity, "end", steps - 4)));
  }

  public static StageSpec prune(String name, int steps, Use pruner, Use scheduler) {
    return new StageSpec(
        name,
        StageKind.PRUNE,
        Map.of(Role.PRUNER, pruner, Role.SCHEDULER, scheduler, Role.FINE_TUNER, walk(steps)));
  }

  /** Prunes without training. */
  public static StageSpec pruneAtOnce(String name, Map<String, Object> settings) {
    return new StageSpec(
        name, StageKind.PRUNE, Map.of(Role.PRUNER, Use.of(FakePruner.ID)), settings);
  }

  /** Takes channels out. */
  public static StageSpec shrink(String name, Map<String, Object> settings) {
    return new StageSpec(
        name,
        StageKind.SHRINK,
        Map.of(Role.CHANNEL_PRUNER, Use.of(FakeChannelPruner.ID)),
        settings);
  }

  public static StageSpec cluster(String name) {
    return new StageSpec(name, StageKind.CLUSTER, Map.of(Role.CLUSTERER, Use.of(FakeClusterer.ID)));
  }

  public static StageSpec evaluate(String name) {
    return new StageSpec(name, StageKind.EVALUATE, Map.of());
  }

  public static StageSpec export(String name) {
    return new StageSpec(name, StageKind.EXPORT, Map.of());
  }

  private static Use walk(int steps) {
    return new Use(FakeFineTuner.ID, Map.of("steps", steps));
  }
}
