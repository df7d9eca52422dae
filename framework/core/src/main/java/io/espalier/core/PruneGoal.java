package io.espalier.core;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Layer;
import io.espalier.api.Mask;
import io.espalier.api.Model;
import io.espalier.api.PruneRequest.Target;
import io.espalier.api.Selector;
import io.espalier.api.Structure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a prune stage asks for: which layers, how far each, how sparsity is allotted over them and
 * which weights go together. Targets come from it, selection follows it, and masks are held against
 * it, so that asking and checking cannot drift apart.
 *
 * <p>A layer with a target of its own gets there at the same pace as the others: at overall
 * sparsity {@code s} on the way to {@code f} its target is {@code own s / f}. All others share the
 * overall sparsity as the allocation says; at least one unit of each stays. What the model had
 * masked before the stage stays masked: a layer is never pruned less than it was.
 */
public final class PruneGoal implements Selector {
  private final List<Part> parts = new ArrayList<>();
  private final List<Part> shared = new ArrayList<>();
  private final Allocation allocation;
  private final double finalSparsity;
  private final ExactSelector exact = new ExactSelector();

  /**
   * One layer.
   *
   * @param before units that the model had masked
   * @param most the most units that may go
   */
  private record Part(
      Layer layer,
      Structure structure,
      Units units,
      Optional<Double> own,
      Optional<Mask> masked,
      int before,
      int fewest,
      int most) {}

  /**
   * @param choices what is pruned
   * @param finalSparsity the sparsity of the last update, for layers without a target of their own
   * @param before the model as the stage found it
   * @throws EspalierException ({@link FailureCode#USAGE}) if the structure does not fit a weight
   */
  public PruneGoal(
      List<LayerSelection.Choice> choices,
      Structure structure,
      Allocation allocation,
      double finalSparsity,
      Model before) {
    this.allocation = allocation;
    this.finalSparsity = finalSparsity;
    for (LayerSelection.Choice choice : choices) {
      Part part = part(choice, structure, before);
      parts.add(part);
      if (part.own.isEmpty() && allocation.method() != Allocation.Method.UNIFORM) {
        shared.add(part);
      }
    }
  }

  private Part part(LayerSelection.Choice choice, Structure structure, Model model) {
    Layer layer = choice.layer();
    Units units = Units.of(layer, structure);
    Optional<Mask> masked = Optional.ofNullable(model.masks().get(layer.weight()));
    int before = masked.map(units::droppedIn).orElse(0);
    masked
        .flatMap(mask -> units.problem(mask, before))
        .ifPresent(
            problem -> {
              throw new EspalierException(
                  FailureCode.USAGE,
                  "layer '%s' is pruned already, and not in %s: its mask %s"
                      .formatted(layer.name(), structure, problem));
            });
    if (choice.entry().flatMap(LayerEntry::totalSparsity).isPresent()) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%s.totalSparsity: is not allowed for single weights: set the stage's sparsity and allocation"
              .formatted(choice.entry().get()));
    }
    double most = choice.entry().flatMap(LayerEntry::maxSparsityPerLayer).orElse(allocation.most());
    int count = units.count();
    int fewest = Math.max(before, (int) Math.ceil(count * allocation.least()));
    int limit = Math.min(units.most(), (int) Math.floor(count * most));
    return new Part(
        layer,
        structure,
        units,
        choice.sparsity(),
        masked,
        before,
        fewest,
        Math.max(fewest, limit));
  }

  /**
   * The targets at an overall sparsity, 0 to below 1.
   *
   * @param now the model as it is
   */
  public List<Target> targets(Model now, double sparsity) {
    Map<Part, Integer> allotted = allotted(now, sparsity);
    List<Target> targets = new ArrayList<>();
    for (Part part : parts) {
      Integer zeros = allotted.get(part);
      double target = zeros == null ? alone(part, sparsity) : (double) zeros / part.units.count();
      targets.add(new Target(part.layer, target, part.structure));
    }
    return targets;
  }

  /**
   * The target of a layer that no other has a part in; of one that shares by score, the overall.
   */
  private double alone(Part part, double sparsity) {
    double own =
        part.own
            .map(target -> finalSparsity == 0 ? target : target * (sparsity / finalSparsity))
            .orElse(sparsity);
    if (shared.contains(part)) {
      return own;
    }
    double least = part.masked.map(Mask::sparsity).orElse(0.0);
    return Math.min(Math.max(own, least), Math.nextDown(1.0));
  }

  /** What does not depend on the pruner's scores. */
  private Map<Part, Integer> allotted(Model now, double sparsity) {
    Map<Part, Integer> zeros = new LinkedHashMap<>();
    if (shared.isEmpty() || allocation.method() == Allocation.Method.GLOBAL) {
      return zeros;
    }
    int[] shares =
        allocation.method() == Allocation.Method.ERK
            ? SharedBudget.byDensity(sizes(), densities(), wanted(sparsity), fewest(), most())
            : SharedBudget.byScore(
                shared.stream().map(part -> lamp(now, part)).toList(),
                wanted(sparsity),
                fewest(),
                most());
    for (int i = 0; i < shares.length; i++) {
      zeros.put(shared.get(i), shares[i]);
    }
    return zeros;
  }

  private static float[] lamp(Model now, Part part) {
    float[] scores = LampScores.of(now.tensor(part.layer.weight()));
    if (part.units.count() == scores.length) {
      return scores;
    }
    float[] sampled = new float[part.units.count()];
    for (int i = 0; i < sampled.length; i++) {
      sampled[i] = scores[(int) ((long) i * scores.length / sampled.length)];
    }
    return sampled;
  }

  private double[] densities() {
    return shared.stream()
        .mapToDouble(
            part -> {
              List<Long> dims = part.layer.shape().dims();
              double sum = dims.stream().mapToDouble(Long::doubleValue).sum();
              return sum / part.layer.shape().size();
            })
        .toArray();
  }

  private int[] sizes() {
    return shared.stream().mapToInt(part -> part.units.count()).toArray();
  }

  private int[] fewest() {
    return shared.stream().mapToInt(Part::fewest).toArray();
  }

  private int[] most() {
    return shared.stream().mapToInt(Part::most).toArray();
  }

  private long wanted(double sparsity) {
    long count = Arrays.stream(sizes()).asLongStream().sum();
    long zeros = count - Math.max(1, (long) Math.rint(count * (1 - sparsity)));
    long fewest = Arrays.stream(fewest()).asLongStream().sum();
    long most = Arrays.stream(most()).asLongStream().sum();
    return Math.max(fewest, Math.min(most, zeros));
  }

  @Override
  public List<Mask> select(List<Target> targets, Function<Layer, float[]> scores) {
    if (allocation.method() != Allocation.Method.GLOBAL || shared.isEmpty()) {
      return exact.select(targets, layer -> keepingMasks(layer, scores.apply(layer)));
    }
    Map<String, Mask> masks = new LinkedHashMap<>();
    List<float[]> pools = new ArrayList<>();
    for (Part part : shared) {
      pools.add(
          part.units.pool(
              ExactSelector.requireScores(
                  part.layer, keepingMasks(part.layer, scores.apply(part.layer)))));
    }
    int[] zeros = SharedBudget.byScore(pools, wanted(overall(targets)), fewest(), most());
    for (int i = 0; i < zeros.length; i++) {
      Part part = shared.get(i);
      masks.put(part.layer.weight(), part.units.mask(Ranking.keeping(pools.get(i), zeros[i])));
    }
    List<Mask> all = new ArrayList<>();
    for (Target target : targets) {
      Mask mask = masks.get(target.layer().weight());
      all.add(mask == null ? exact.select(List.of(target), scores).get(0) : mask);
    }
    return List.copyOf(all);
  }

  private double overall(List<Target> targets) {
    for (Target target : targets) {
      if (shared.stream().anyMatch(part -> part.layer.equals(target.layer()))) {
        return target.sparsity();
      }
    }
    throw new EspalierException(
        FailureCode.PLUGIN, "none of the stage's layers was handed on to be selected from");
  }

  /** The scores with what was masked before the stage below all others. */
  private float[] keepingMasks(Layer layer, float[] scores) {
    Optional<Mask> mask =
        parts.stream()
            .filter(part -> part.layer.equals(layer))
            .findFirst()
            .flatMap(part -> part.masked);
    if (mask.isEmpty() || mask.get().size() != scores.length) {
      return scores;
    }
    float[] kept = scores.clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = mask.get().keeps(i) ? kept[i] : Float.NEGATIVE_INFINITY;
    }
    return kept;
  }

  @Override
  public Mask keepHighest(Layer layer, float[] scores, double sparsity) {
    return exact.keepHighest(layer, scores, sparsity);
  }

  /**
   * What is wrong with masks at an overall sparsity, if anything: each layer's must be there and as
   * many units as the rule and the allocation say must go, no more and no less.
   *
   * @param targets that the masks were made for, see {@link #targets}
   * @param masks by weight
   */
  public Optional<String> problem(List<Target> targets, Map<String, Mask> masks, double sparsity) {
    boolean byScore =
        allocation.method() == Allocation.Method.GLOBAL
            || allocation.method() == Allocation.Method.LAMP;
    long dropped = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Layer layer = part.layer;
      Mask mask = masks.getOrDefault(layer.weight(), Mask.all(layer.weight(), layer.shape()));
      boolean pooled = byScore && shared.contains(part);
      int own = part.units.droppedIn(mask);
      int asked = pooled ? own : part.units.dropped(targets.get(i).sparsity());
      Optional<String> problem = part.units.problem(mask, asked);
      if (problem.isEmpty() && pooled && (own < part.fewest || own > part.most)) {
        problem =
            Optional.of(
                "cuts %d of %d; allowed are %d to %d"
                    .formatted(own, part.units.count(), part.fewest, part.most));
      }
      if (problem.isPresent()) {
        return Optional.of(
            "layer '%s' %s at sparsity %s"
                .formatted(layer.name(), problem.get(), targets.get(i).sparsity()));
      }
      dropped += pooled ? own : 0;
    }
    return byScore && !shared.isEmpty() && dropped != wanted(sparsity)
        ? Optional.of(
            "the layers together lose %d of %d; at sparsity %s it is to be %d"
                .formatted(
                    dropped,
                    Arrays.stream(sizes()).asLongStream().sum(),
                    sparsity,
                    wanted(sparsity)))
        : Optional.empty();
  }
}
