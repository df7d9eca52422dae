package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import io.espalier.core.ContentHash;
import io.espalier.core.Encoding;
import io.espalier.core.Layers;
import io.espalier.core.Verification;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import io.espalier.runtime.scenario.ExportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the model and checks what was written as a stranger would read it. */
final class ExportStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    RunContext context = task.context();
    Encoding encoding =
        Encoding.of(task.stage().spec().settings().get(ExportSettings.EXPORTER)).orElseThrow();
    Path file = context.folder().model(task.stage().name(), encoding.ending());
    ModelFormat format = encoding.format();
    format.write(task.model(), file);
    Verification.check(task.model(), format.read(file));
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
                        .setRequestedSparsity(requested(task.model()))
                        .addAllClustered(task.model().codebooks().keySet())));
    return new Outcome(task.model(), "", "exported to " + context.folder().relative(file));
  }

  /**
   * Share of the prunable weights that masks hold at zero: every mask was held against its goal.
   */
  private static double requested(Model model) {
    long weights = 0;
    long masked = 0;
    for (Layer layer : Layers.weighted(model)) {
      Mask mask = model.masks().get(layer.weight());
      weights += layer.shape().size();
      masked += mask == null ? 0 : mask.size() - mask.kept();
    }
    return weights == 0 ? 0 : (double) masked / weights;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot read " + file + ": " + e, e);
    }
  }
}
