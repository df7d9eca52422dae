package io.espalier.runtime.report;

import io.espalier.api.Model;
import io.espalier.proto.Exported;
import java.nio.file.Path;

/** Reads what exporters wrote. */
public interface ExportReader {
  /**
   * What is in a file.
   *
   * @param model as the file holds it
   * @param runnable whether ONNX Runtime runs the file as it is
   */
  record Content(Model model, boolean runnable) {}

  /**
   * Reads an exported file.
   *
   * @param exported the event that tells of it, with the exporter's id
   * @throws io.espalier.api.EspalierException if the exporter is not there or the file is broken
   */
  Content read(Exported exported, Path file);
}
