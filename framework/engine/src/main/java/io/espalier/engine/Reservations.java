package io.espalier.engine;

import java.util.List;

/**
 * Further buffers of operations.
 *
 * @param floats lengths of float buffers that keep what is in them between the forward and backward
 *     pass of a tile, by reservation
 * @param ints lengths of int buffers that do so, by reservation
 * @param scratch lengths of buffers that all operations of a frame share and that keep nothing from
 *     one operation to the next, by role
 * @param shared lengths of buffers that all frames share, written only before a pass, by
 *     reservation
 */
record Reservations(
    List<Integer> floats, List<Integer> ints, List<Integer> scratch, List<Integer> shared) {
  Reservations {
    floats = List.copyOf(floats);
    ints = List.copyOf(ints);
    scratch = List.copyOf(scratch);
    shared = List.copyOf(shared);
  }

  /** Buffers for all frames of a pass. */
  float[][] share() {
    return shared.stream().map(float[]::new).toArray(float[][]::new);
  }
}
