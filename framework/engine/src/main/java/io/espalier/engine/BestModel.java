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
    Map<String, float[]> values = new HashMap<>();
    for (Codebook codebook : best.codebooks().values()) {
      float[] elements = best.tensor(codebook.tensor()).toFloatArray();
      float[] own = values.computeIfAbsent(owner(codebook), owner -> codebook.values());
      for (int i = 0; i < elements.length; i++) {
        own[codebook.index(i)] = elements[i];
      }
    }
    for (Codebook codebook : List.copyOf(best.codebooks().values())) {
      best =
          best.withConstraint(
              codebook.withValues(values.getOrDefault(owner(codebook), codebook.values())));
    }
    model = Optional.of(best);
  }

  /** What has the values: the palette, or the tensor itself. */
  private static String owner(Codebook codebook) {
    return codebook.palette().map(name -> "/" + name).orElse(codebook.tensor());
  }
}
