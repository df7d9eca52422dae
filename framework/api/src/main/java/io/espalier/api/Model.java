package io.espalier.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A graph, its tensors, and what later steps must keep true of them. Immutable: a stage returns a
 * new model that shares what it did not change.
 *
 * @param graph the computation
 * @param tensors the initialisers by name, in the file's order
 * @param masks by tensor name
 * @param codebooks by tensor name
 * @param history what was done, oldest first
 */
public record Model(
    Graph graph,
    Map<String, Tensor> tensors,
    Map<String, Mask> masks,
    Map<String, Codebook> codebooks,
    List<HistoryEntry> history) {
  /**
   * @throws EspalierException ({@link FailureCode#MODEL}) if a mask or codebook names no tensor or
   *     has another shape
   */
  public Model {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    masks = Collections.unmodifiableMap(new LinkedHashMap<>(masks));
    codebooks = Collections.unmodifiableMap(new LinkedHashMap<>(codebooks));
    history = List.copyOf(history);
    for (Constraint constraint : masks.values()) {
      requireFits(tensors, constraint);
    }
    for (Constraint constraint : codebooks.values()) {
      requireFits(tensors, constraint);
    }
  }

  /** A model without constraints or history. */
  public static Model of(Graph graph, Collection<Tensor> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      byName.put(tensor.name(), tensor);
    }
    return new Model(graph, byName, Map.of(), Map.of(), List.of());
  }

  /**
   * The tensor with a name.
   *
   * @throws EspalierException ({@link FailureCode#MODEL}) if there is none
   */
  public Tensor tensor(String name) {
    return Optional.ofNullable(tensors.get(name))
        .orElseThrow(
            () ->
                new EspalierException(FailureCode.MODEL, "the model has no tensor '" + name + "'"));
  }

  /** The same model with some tensors replaced by ones of the same name. */
  public Model withTensors(Collection<Tensor> replacements) {
    Map<String, Tensor> all = new LinkedHashMap<>(tensors);
    for (Tensor tensor : replacements) {
      all.put(tensor.name(), tensor);
    }
    return new Model(graph, all, masks, codebooks, history);
  }

  /** The same model with a constraint set in place of one of the same kind on the same tensor. */
  public Model withConstraint(Constraint constraint) {
    Map<String, Mask> newMasks = new LinkedHashMap<>(masks);
    Map<String, Codebook> newCodebooks = new LinkedHashMap<>(codebooks);
    if (constraint instanceof Mask mask) {
      newMasks.put(mask.tensor(), mask);
    } else if (constraint instanceof Codebook codebook) {
      newCodebooks.put(codebook.tensor(), codebook);
    }
    return new Model(graph, tensors, newMasks, newCodebooks, history);
  }

  /** The same model with one more line of history. */
  public Model withHistory(HistoryEntry entry) {
    List<HistoryEntry> longer = new ArrayList<>(history);
    longer.add(entry);
    return new Model(graph, tensors, masks, codebooks, longer);
  }

  private static void requireFits(Map<String, Tensor> tensors, Constraint constraint) {
    Tensor tensor = tensors.get(constraint.tensor());
    if (tensor == null || !tensor.shape().equals(constraint.shape())) {
      throw new EspalierException(
          FailureCode.MODEL,
          "%s (%s) fits no tensor of the model%s"
              .formatted(
                  constraint,
                  constraint.shape(),
                  tensor == null ? "" : ": '" + tensor.name() + "' is " + tensor.shape()));
    }
  }
}
