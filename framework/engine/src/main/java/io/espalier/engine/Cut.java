package io.espalier.engine;

/**
 * Where a plan divides into segments: what needs all samples of a batch stands between the
 * operations before and those behind, which run tile by tile.
 */
sealed interface Cut permits Normalisation, WholeBatch {
  /** Position past the last operation before the cut. */
  int before();

  /** Position of the first operation behind the cut. */
  int behind();
}
