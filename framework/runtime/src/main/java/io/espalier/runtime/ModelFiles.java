package io.espalier.runtime;

import io.espalier.api.Model;
import io.espalier.api.ModelFormat;
import io.espalier.core.Encoding;
import io.espalier.core.OnnxFormat;
import io.espalier.runtime.plugin.ExtensionCatalog;
import io.espalier.runtime.scenario.Use;
import java.nio.file.Path;

/** Reads model files: ONNX, compact containers, and whatever format a plugin adds. */
final class ModelFiles {
  private static final String PATH = "model.file";

  private ModelFiles() {}

  /**
   * Reads a file in the format that its name says; a name that says nothing is taken for ONNX.
   *
   * @throws io.espalier.api.EspalierException that names the file and what is wrong
   */
  static Model read(ExtensionCatalog catalog, Path file) {
    if (!new OnnxFormat().matches(file)) {
      for (String id : catalog.ids(ModelFormat.class)) {
        Plugged<ModelFormat> format = Plugged.of(catalog, ModelFormat.class, Use.of(id), PATH, "");
        if (format.call(f -> f.matches(file))) {
          return format.call(f -> f.read(file));
        }
      }
    }
    return Encoding.read(file);
  }
}
