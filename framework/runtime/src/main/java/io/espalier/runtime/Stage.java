package io.espalier.runtime;

import io.espalier.api.Model;
import io.espalier.runtime.scenario.StageKind;

/** How one kind of stage is done, on a compute thread. */
interface Stage {
  /**
   * Does the stage.
   *
   * @return the model that the next stage gets: the task's own where this one changes nothing
   */
  Outcome run(StageTask task);

  /**
   * What a stage comes to.
   *
   * @param extension id of the extension that did it; empty if none did
   * @param summary one line for people
   */
  record Outcome(Model model, String extension, String summary) {}

  static Stage of(StageKind kind) {
    return switch (kind) {
      case TRAIN, FINE_TUNE -> new TrainStage();
      case PRUNE -> new PruneStage();
      case SHRINK -> new ShrinkStage();
      case CLUSTER -> new ClusterStage();
      case QUANTISE -> new QuantiseStage();
      case EVALUATE -> new EvaluateStage();
      case EXPORT -> new ExportStage();
    };
  }
}
