package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.Exporter;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import io.espalier.core.Encoding;
import io.espalier.core.Verification;
import io.espalier.proto.Exported;
import io.espalier.runtime.measure.SameOutputs;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.report.ExportReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Writes models with exporters, and reads or runs what they wrote as a stranger would. */
record Exports(ExtensionCatalog catalog) implements ExportReader {
  @Override
  public Content read(Exported exported, Path file) {
    String path = "stages[%d].exporter".formatted(exported.getStageIndex());
    Plugged<Exporter> exporter =
        Plugged.reader(catalog, Exporter.class, exported.getExporter(), path);
    return content(exporter, file);
  }

  /** What cannot be read back is ONNX of some kind, since it can be run. */
  private static Content content(Plugged<Exporter> exporter, Path file) {
    Optional<Model> model = exporter.call(e -> e.read(file));
    boolean runnable = exporter.call(Exporter::runnable);
    return new Content(model.orElseGet(() -> Encoding.read(file)), runnable);
  }

  /**
   * Writes a stage's model and checks the file: read back, every tensor is the same to the last
   * bit; or else ONNX Runtime gives the same outputs.
   *
   * @return the file
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the exporter writes no file or one
   *     that can be neither read nor run; ({@link FailureCode#VERIFICATION}) if the file does not
   *     hold the model
   */
  static Path write(StageTask task, Plugged<Exporter> exporter) {
    Model model = task.model();
    String ending = exporter.call(Exporter::ending);
    if (!ending.matches("(\\.[A-Za-z0-9_-]+)+")) {
      throw exporter.broken(
          "says that its files end in '%s', which is no ending such as .onnx".formatted(ending));
    }
    Path file = task.context().folder().model(task.stage().name(), ending);
    exporter.call(
        e -> {
          e.write(model, file, exporter.parameters());
          return file;
        });
    if (!Files.isRegularFile(file)) {
      throw exporter.broken("wrote no file " + file);
    }
    Optional<Model> written = exporter.call(e -> e.read(file));
    if (written.isPresent()) {
      Verification.check(model, written.get());
      requireSame(model, written.get(), exporter);
    } else if (exporter.call(Exporter::runnable)) {
      SameOutputs.require(model, file, task.context().run().dataset().train());
    } else {
      throw exporter.broken("writes files that it does not read and ONNX Runtime does not run");
    }
    return file;
  }

  private static void requireSame(Model model, Model written, Plugged<Exporter> exporter) {
    for (Tensor tensor : model.tensors().values()) {
      if (!Objects.equals(tensor, written.tensors().get(tensor.name()))) {
        throw new EspalierException(
            FailureCode.VERIFICATION,
            "tensor '%s' is not the same in the file that exporter '%s' wrote"
                .formatted(tensor.name(), exporter.id()));
      }
    }
  }
}
