package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.Exporter;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.core.ContentHash;
import io.espalier.core.Layers;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.scenario.PruneSettings;
import io.espalier.runtime.scenario.StageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes the model and checks what was written as a stranger would read it. */
final class ExportStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    RunContext context = task.context();
    Plugged<Exporter> exporter = task.stage().exporter(context.extensions());
    Path file = Exports.write(task, exporter);
    context
        .events()
        .publish(
            RunEvent.newBuilder()
                .setExported(
                    Exported.newBuilder()
                        .setStageIndex(task.stage().index())
                        .setName(task.stage().name())
                        .setPath(context.folder().relative(file))
                        .setBytes(size(file))
                        .setSha256(ContentHash.sha256(file))
                        .setRequestedSparsity(requested(task))
                        .setExporter(exporter.id())
                        .addAllClustered(task.model().codebooks().keySet())));
    return new Outcome(task.model(), "", "exported to " + context.folder().relative(file));
  }

  /**
   * The sparsity that the last pruning was to end with, if that is what the weights as a whole
   * have, but for the rounding of each layer. Else the share of the prunable weights that masks
   * hold at zero: every mask was held against its goal.
   */
  private static double requested(StageTask task) {
    List<Layer> layers = Layers.weighted(task.model());
    long weights = 0;
    long masked = 0;
    for (Layer layer : layers) {
      Mask mask = task.model().masks().get(layer.weight());
      weights += layer.shape().size();
      masked += mask == null ? 0 : mask.size() - mask.kept();
    }
    double rounding = 0.5 * layers.size();
    double target = lastTarget(task).orElse(0.0);
    if (masked > 0 && Math.abs(target * weights - masked) <= rounding) {
      return target;
    }
    return weights == 0 ? 0 : (double) masked / weights;
  }

  private static Optional<Double> lastTarget(StageTask task) {
    return task.context().run().stages().stream()
        .limit(task.stage().index())
        .filter(stage -> stage.spec().kind() == StageKind.PRUNE)
        .map(
            stage ->
                stage
                    .pruning()
                    .map(PreparedStage.Pruning::target)
                    .or(() -> stage.spec().settings().find(PruneSettings.SPARSITY)))
        .flatMap(Optional::stream)
        .reduce((earlier, later) -> later);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw EspalierException.cannot("read", file, e);
    }
  }
}
