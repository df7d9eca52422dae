package io.espalier.runtime;

import io.espalier.api.Model;
import io.espalier.proto.Failure;

/** How a stage ended. */
sealed interface StageResult {
  /**
   * It did what it was asked, as was verified.
   *
   * @param model by reference
   */
  record Done(Model model) implements StageResult {}

  /** It failed or was cancelled. */
  record Failed(Failure failure) implements StageResult {}
}
