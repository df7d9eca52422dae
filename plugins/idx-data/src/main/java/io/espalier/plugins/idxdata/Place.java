package io.espalier.plugins.idxdata;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Progress;

/** Somewhere a data set may be had. */
sealed interface Place permits FolderPlace, WebPlace, AptPlace {
  /** What it is, for messages. */
  String name();

  /** Whether it takes long enough that the user should hear how it went. */
  boolean slow();

  /**
   * Gets the data set and opens it.
   *
   * @throws UnavailableException if the place does not have it
   * @throws EspalierException ({@link FailureCode#DATA}) if it holds files that the user must see
   *     to
   */
  Dataset open(Progress progress) throws UnavailableException;
}
