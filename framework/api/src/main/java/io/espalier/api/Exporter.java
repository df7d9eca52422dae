package io.espalier.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a model as a file of a form of its own. What it writes is read back, or run, and held
 * against the model: an exporter that changes a weight or an output fails its run.
 */
public interface Exporter extends Extension {
  /** What its files' names end in, such as {@code .onnx}. */
  String ending();

  /** Whether ONNX Runtime runs its files as they are. They then give the outputs of the model. */
  boolean runnable();

  /**
   * Writes a model. The same model gives the same bytes.
   *
   * @param file that is not there yet, in a folder that is
   * @throws EspalierException if the model cannot be written in this form, or not there
   */
  void write(Model model, Path file, Parameters parameters);

  /**
   * The model that a file holds: every tensor to the last bit, without masks and codebooks. Empty
   * if its files are not read back but only run.
   *
   * @throws EspalierException ({@link FailureCode#MODEL} or {@link FailureCode#IO}) that names the
   *     file and what is wrong
   */
  Optional<Model> read(Path file);
}
