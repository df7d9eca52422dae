package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.core.ContentHash;
import io.espalier.core.OnnxFormat;
import io.espalier.core.Verification;
import io.espalier.proto.Exported;
import io.espalier.proto.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the model and checks what was written as a stranger would read it. */
final class ExportStage implements Stage {
  @Override
  public Outcome run(StageTask task) {
    RunContext context = task.context();
    Path file = context.folder().model(task.stage().name());
    OnnxFormat format = new OnnxFormat();
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
                        .setRequestedSparsity(
                            context.run().requestedSparsityBefore(task.stage().index()))
                        .addAllClustered(task.model().codebooks().keySet())));
    return new Outcome(task.model(), "", "exported to " + context.folder().relative(file));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EspalierException(FailureCode.IO, "cannot read " + file + ": " + e, e);
    }
  }
}
