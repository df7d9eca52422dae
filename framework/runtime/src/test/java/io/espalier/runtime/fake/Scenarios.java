package io.espalier.runtime.fake;

import io.espalier.core.OnnxFormat;
import io.espalier.runtime.scenario.ModelSource;
import io.espalier.runtime.scenario.Scenario;
import io.espalier.runtime.scenario.StageKind;
import io.espalier.runtime.scenario.StageSpec;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    return stage(name, StageKind.TRAIN, Optional.empty(), Optional.empty(), walk(steps));
  }

  public static StageSpec fineTune(String name, int steps) {
    return stage(name, StageKind.FINE_TUNE, Optional.empty(), Optional.empty(), walk(steps));
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
    return stage(name, StageKind.PRUNE, Optional.of(pruner), Optional.of(scheduler), walk(steps));
  }

  public static StageSpec cluster(String name) {
    return new StageSpec(
        name,
        StageKind.CLUSTER,
        Optional.empty(),
        Optional.empty(),
        Optional.of(Use.of(FakeClusterer.ID)),
        Optional.empty());
  }

  public static StageSpec evaluate(String name) {
    return stage(name, StageKind.EVALUATE, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static StageSpec export(String name) {
    return stage(name, StageKind.EXPORT, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Optional<Use> walk(int steps) {
    return Optional.of(new Use(FakeFineTuner.ID, Map.of("steps", steps)));
  }

  private static StageSpec stage(
      String name,
      StageKind kind,
      Optional<Use> pruner,
      Optional<Use> scheduler,
      Optional<Use> fineTuner) {
    return new StageSpec(name, kind, pruner, scheduler, Optional.empty(), fineTuner);
  }
}
