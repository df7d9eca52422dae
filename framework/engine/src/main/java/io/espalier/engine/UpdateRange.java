package io.espalier.engine;

import java.util.Optional;

/**
 * A part of a parameter that one task updates.
 *
 * @param from first position in the flat arrays
 * @param to past the last position
 * @param decays whether weight decay applies
 * @param shared the codebook of the parameter, which then is one range as a whole
 */
record UpdateRange(int from, int to, boolean decays, Optional<SharedValues> shared) {}
