package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.PruneRequest;
import io.espalier.api.Structure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a prune stage asks for: which layers, how far each, and which weights go together. Targets
 * come from it, and masks are held against it, so that asking and checking cannot drift apart.
 *
 * <p>A layer with a target of its own gets there at the same pace as the others: at overall
 * sparsity {@code s} on the way to {@code f} its target is {@code own s / f}. What the model had
 * masked before the stage stays masked: a layer is never pruned less than it was.
 */
public final class PruneGoal {
  private final List<LayerSelection.Choice> choices;
  private final Structure structure;
  private final double finalSparsity;
  private final Map<String, Double> before = new LinkedHashMap<>();

  /**
   * @param choices what is pruned
   * @param finalSparsity the sparsity of the last update, for layers without a target of their own
   * @param before the model as the stage found it
   * @throws EspalierException ({@link FailureCode#USAGE}) if the structure does not fit a weight
   */
  public PruneGoal(
      List<LayerSelection.Choice> choices,
      Structure structure,
      double finalSparsity,
      Model before) {
    this.choices = List.copyOf(choices);
    this.structure = structure;
    this.finalSparsity = finalSparsity;
    for (LayerSelection.Choice choice : choices) {
      Units.of(choice.layer(), structure);
      Mask mask = before.masks().get(choice.layer().weight());
      this.before.put(choice.layer().weight(), mask == null ? 0 : mask.sparsity());
    }
  }

  /** The targets at an overall sparsity, 0 to below 1. */
  public List<PruneRequest.Target> targets(double sparsity) {
    List<PruneRequest.Target> targets = new ArrayList<>();
    for (LayerSelection.Choice choice : choices) {
      double own =
          choice
              .sparsity()
              .map(target -> finalSparsity == 0 ? target : target * sparsity / finalSparsity)
              .orElse(sparsity);
      double least = before.getOrDefault(choice.layer().weight(), 0.0);
      targets.add(new PruneRequest.Target(choice.layer(), Math.max(own, least), structure));
    }
    return targets;
  }

  /**
   * What is wrong with masks at an overall sparsity, if anything: each layer's must be there and
   * exactly as the rounding rule and the structure say.
   *
   * @param masks by weight
   */
  public Optional<String> problem(Map<String, Mask> masks, double sparsity) {
    for (PruneRequest.Target target : targets(sparsity)) {
      Layer layer = target.layer();
      Units units = Units.of(layer, target.structure());
      Mask mask = masks.getOrDefault(layer.weight(), Mask.all(layer.weight(), layer.shape()));
      Optional<String> problem = units.problem(mask, units.dropped(target.sparsity()));
      if (problem.isPresent()) {
        return Optional.of(
            "layer '%s' %s at sparsity %s"
                .formatted(layer.name(), problem.get(), target.sparsity()));
      }
    }
    return Optional.empty();
  }
}
