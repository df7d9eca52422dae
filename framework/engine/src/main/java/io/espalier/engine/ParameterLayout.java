package io.espalier.engine;

import java.util.List;
import java.util.Optional;

/**
 * Where all parameters lie.
 *
 * @param slots without gaps or overlap, in order of offset
 */
record ParameterLayout(List<ParameterSlot> slots) {
  ParameterLayout {
    slots = List.copyOf(slots);
  }

  /** Length of a flat array for all parameters. */
  int length() {
    return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
  }

  Optional<ParameterSlot> slot(String tensor) {
    return slots.stream().filter(slot -> slot.name().equals(tensor)).findFirst();
  }
}
