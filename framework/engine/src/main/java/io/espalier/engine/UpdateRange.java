package io.espalier.engine;

import java.util.List;
import java.util.Optional;

/**
 * What one task updates: a part of a parameter, or all parameters that share their values.
 *
 * @param parts in order of position
 * @param shared the values of the parameters, which then are here as a whole
 */
record UpdateRange(List<Part> parts, Optional<SharedValues> shared) {
  UpdateRange {
    parts = List.copyOf(parts);
  }

  /**
   * A part of a parameter.
   *
   * @param from first position in the flat arrays
   * @param to past the last position
   * @param decays whether weight decay applies
   * @param scales whether it is of a batch normalisation's scales
   */
  record Part(int from, int to, boolean decays, boolean scales) {}
}
