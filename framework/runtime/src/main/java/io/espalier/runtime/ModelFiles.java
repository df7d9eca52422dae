package io.espalier.runtime;

import io.espalier.api.Exporter;
import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.plugin.ExtensionCatalog;
import java.nio.file.Path;
import java.util.Optional;

/** Reads model files: ONNX, compact containers, and whatever plugins read. */
public final class ModelFiles {
  private static final String PATH = "model.file";

  private ModelFiles() {}

  /**
   * Reads a file in the format that its name says, or as the exporter does whose files end so; a
   * name that says nothing is taken for ONNX.
   *
   * @throws io.espalier.api.EspalierException that names the file and what is wrong
   */
  public static Model read(ExtensionCatalog catalog, Path file) {
    if (new OnnxFormat().matches(file)) {
      return Encoding.read(file);
    }
    return asFormat(catalog, file)
        .or(() -> asExport(catalog, file))
        .orElseGet(() -> Encoding.read(file));
  }

  private static Optional<Model> asFormat(ExtensionCatalog catalog, Path file) {
    for (String id : catalog.ids(ModelFormat.class)) {
      Plugged<ModelFormat> format = Plugged.reader(catalog, ModelFormat.class, id, PATH);
      if (format.call(f -> f.matches(file))) {
        return Optional.of(format.call(f -> f.read(file)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Model> asExport(ExtensionCatalog catalog, Path file) {
    for (String id : catalog.ids(Exporter.class)) {
      Plugged<Exporter> exporter = Plugged.reader(catalog, Exporter.class, id, PATH);
      if (file.toString().endsWith(exporter.call(Exporter::ending))) {
        Optional<Model> model = exporter.call(e -> e.read(file));
        if (model.isPresent()) {
          return model;
        }
      }
    }
    return Optional.empty();
  }
}
