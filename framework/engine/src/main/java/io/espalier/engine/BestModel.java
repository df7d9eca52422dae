package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.Codebook;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model of the epoch with the lowest validation loss, kept aside. In a checkpoint its tensors
 * lie beside the optimizer's state; its constraints are the checkpoint's own, as new ones make the
 * best so far void.
 */
final class BestModel {
  private static final String PREFIX = "best/";

  private Optional<Model> model = Optional.empty();

  /** The best so far; empty before the first epoch's end under the constraints of now. */
  Optional<Model> model() {
    return model;
  }

  void keep(Model better) {
    model = Optional.of(better);
  }

  void forget() {
    model = Optional.empty();
  }

  /** Its tensors for a checkpoint, named {@code best/<tensor>}. */
  List<Tensor> state() {
    return model.stream()
        .flatMap(best -> best.tensors().values().stream())
        .map(tensor -> tensor.named(PREFIX + tensor.name()))
        .toList();
  }

  /** Takes over what a checkpoint kept. */
  void restore(Checkpoint checkpoint) {
    Map<String, Tensor> kept = new HashMap<>();
    for (Tensor tensor : checkpoint.state()) {
      if (tensor.name().startsWith(PREFIX)) {
        String name = tensor.name().substring(PREFIX.length());
        kept.put(name, tensor.named(name));
      }
    }
    if (kept.isEmpty()) {
      return;
    }
    Model best = checkpoint.model().withTensors(kept.values());
    for (Codebook codebook : best.codebooks().values()) {
      best = best.withConstraint(filled(codebook, best.tensor(codebook.tensor())));
    }
    model = Optional.of(best);
  }

  /** The codebook with the values that a tensor has. */
  private static Codebook filled(Codebook codebook, Tensor tensor) {
    float[] values = codebook.values();
    float[] elements = tensor.toFloatArray();
    for (int i = 0; i < elements.length; i++) {
      values[codebook.index(i)] = elements[i];
    }
    return codebook.withValues(values);
  }
}
