package io.espalier.api;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Measured statistics of layers. Immutable. */
public final class Statistics {
  /** Nothing measured. */
  public static final Statistics NONE = new Statistics(Map.of());

  private final Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);

  /**
   * @param values by kind and by name of the layer's weight tensor
   */
  public Statistics(Map<Statistic, Map<String, Tensor>> values) {
    values.forEach((kind, byWeight) -> this.values.put(kind, new LinkedHashMap<>(byWeight)));
  }

  /** All of these and all of others, which replace those of the same kind and layer. */
  public Statistics and(Statistics others) {
    Statistics all = new Statistics(values);
    others.values.forEach(
        (kind, byWeight) ->
            all.values.computeIfAbsent(kind, k -> new LinkedHashMap<>()).putAll(byWeight));
    return all;
  }

  /**
   * A float tensor, of the shape that its kind says.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if it was not measured for the layer:
   *     the pruner did not ask for it
   */
  public Tensor of(Statistic kind, Layer layer) {
    return find(kind, layer)
        .orElseThrow(
            () ->
                new EspalierException(
                    FailureCode.PLUGIN,
                    "%s was not measured for layer '%s'; a pruner gets what it needs() only"
                        .formatted(kind, layer.name())));
  }

  /** As {@link #of}, if it was measured. */
  public Optional<Tensor> find(Statistic kind, Layer layer) {
    return Optional.ofNullable(values.getOrDefault(kind, Map.of()).get(layer.weight()));
  }
}
