package io.espalier.runtime;

import io.espalier.proto.LayerShare;
import io.espalier.runtime.scenario.PruneSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Sparsity, threshold and norm of each layer, as TensorBoard shows them. */
final class PruningSummaries {
  private final ScalarLog log;

  private PruningSummaries(ScalarLog log) {
    this.log = log;
  }

  /**
   * The log of a stage, if it asks for one. A training that goes on from a checkpoint begins a file
   * of its own beside the first.
   */
  static Optional<PruningSummaries> of(StageTask task) {
    if (!task.stage().spec().settings().get(PruneSettings.PRUNING_SUMMARIES)) {
      return Optional.empty();
    }
    int start = task.resumeFrom().map(checkpoint -> checkpoint.step()).orElse(0);
    Path file =
        task.context()
            .folder()
            .tensorboard()
            .resolve(task.stage().name())
            .resolve("events.out.tfevents.%010d.espalier".formatted(start));
    return Optional.of(new PruningSummaries(new ScalarLog(file)));
  }

  /** Adds what was measured at a step. */
  void add(int step, LayerShares shares) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (LayerShare share : shares.layers()) {
      double weights = Math.max(1, share.getWeights());
      values.put(share.getLayer() + "/sparsity", share.getZeros() / weights);
      values.put(share.getLayer() + "/threshold", share.getThreshold());
      values.put(share.getLayer() + "/norm", share.getNorm());
    }
    log.add(step, values);
  }
}
