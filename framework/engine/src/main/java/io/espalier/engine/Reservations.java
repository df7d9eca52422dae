package io.espalier.engine;

import java.util.List;

/**
 * Buffers that operations keep between their forward and backward pass.
 *
 * @param floats lengths of float buffers, by reservation
 * @param ints lengths of int buffers, by reservation
 */
record Reservations(List<Integer> floats, List<Integer> ints) {
  Reservations {
    floats = List.copyOf(floats);
    ints = List.copyOf(ints);
  }
}
