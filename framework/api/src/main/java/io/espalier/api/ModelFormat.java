package io.espalier.api;

import java.nio.file.Path;

/** A file format of models. */
public interface ModelFormat extends Extension {
  /** Whether a file's name says that it is of this format. */
  boolean matches(Path file);

  /**
   * Reads a model.
   *
   * @throws EspalierException ({@link FailureCode#MODEL} or {@link FailureCode#IO}) that names the
   *     file, the place in it and what is wrong
   */
  Model read(Path file);

  /**
   * Writes a model, in one step: the file appears whole or not at all. Masks, codebooks and history
   * are not written; equal models give equal bytes.
   *
   * @throws EspalierException ({@link FailureCode#IO}) that names the file
   */
  void write(Model model, Path file);
}
