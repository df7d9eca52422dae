package io.espalier.api;

import java.util.List;
import java.util.Map;

/**
 * A training in mid-run: all that it takes to go on to the same bytes.
 *
 * @param fineTuner id of the fine-tuner that wrote it and alone can read it
 * @param step optimizer steps done
 * @param model weights and constraints at that step
 * @param state optimizer state by slot name
 * @param scalars further numbers of the trainer by name
 */
public record Checkpoint(
    String fineTuner, int step, Model model, List<Tensor> state, Map<String, Double> scalars) {
  public Checkpoint {
    state = List.copyOf(state);
    scalars = Map.copyOf(scalars);
  }
}
