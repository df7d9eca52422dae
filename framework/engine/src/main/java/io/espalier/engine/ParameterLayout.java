package io.espalier.engine;

import io.espalier.api.Model;
import java.nio.FloatBuffer;
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

  /** A flat array of a model's parameters. */
  float[] weights(Model model) {
    float[] weights = new float[length()];
    for (ParameterSlot slot : slots) {
      FloatBuffer values = model.tensor(slot.name()).floats();
      for (int i = 0; i < slot.size(); i++) {
        weights[slot.position(i)] = values.get(i);
      }
    }
    return weights;
  }

  Optional<ParameterSlot> slot(String tensor) {
    return slots.stream().filter(slot -> slot.name().equals(tensor)).findFirst();
  }
}
