package io.espalier.runtime;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds up what the steps of a training come to, weight by weight. Costs nothing where nothing is
 * asked for. Its sums are part of every checkpoint.
 */
final class StepTally {
  private static final String PREFIX = "pruning/";

  private final List<Layer> layers;
  private final Map<Statistic, Map<String, StepSum>> sums = new EnumMap<>(Statistic.class);
  private final Map<String, Tensor> before = new LinkedHashMap<>();

  StepTally(List<Layer> layers, Set<Statistic> kinds) {
    this.layers = layers;
    for (Statistic kind : kinds) {
      if (kind.source() == Statistic.Source.STEPS) {
        Map<String, StepSum> byWeight = new LinkedHashMap<>();
        layers.forEach(l -> byWeight.put(l.weight(), StepSum.of(kind, (int) l.shape().size())));
        sums.put(kind, byWeight);
      }
    }
  }

  /** Begins, with the sums of a checkpoint if there is one. */
  void begin(List<Tensor> state, TrainingControl control) {
    Map<String, Tensor> byName = new HashMap<>();
    state.forEach(tensor -> byName.put(tensor.name(), tensor));
    live()
        .forEach(
            (name, values) -> {
              Tensor tensor = byName.get(name);
              if (tensor != null && tensor.size() == values.length) {
                tensor.floats().get(0, values);
              }
            });
    weightsChanged(control);
  }

  /** All that a checkpoint holds, by name. */
  private Map<String, float[]> live() {
    Map<String, float[]> live = new LinkedHashMap<>();
    sums.forEach(
        (kind, byWeight) ->
            byWeight.forEach(
                (weight, sum) -> {
                  List<float[]> parts = sum.state();
                  for (int part = 0; part < parts.size(); part++) {
                    live.put(PREFIX + kind + "/" + part + "/" + weight, parts.get(part));
                  }
                }));
    return live;
  }

  /** Notes the weights that the next step's gradient is taken at. */
  void weightsChanged(TrainingControl control) {
    if (!sums.isEmpty()) {
      Model model = control.model();
      layers.forEach(layer -> before.put(layer.weight(), model.tensor(layer.weight())));
    }
  }

  /** Takes in a step that was made. */
  void stepped(TrainingControl control) {
    if (sums.isEmpty()) {
      return;
    }
    before.forEach(
        (weight, values) -> {
          Tensor gradient = control.gradient(weight);
          for (Map<String, StepSum> byWeight : sums.values()) {
            Optional.ofNullable(byWeight.get(weight))
                .ifPresent(sum -> sum.add(values.floats(), gradient.floats()));
          }
        });
    weightsChanged(control);
  }

  /** The sums so far. */
  Statistics statistics() {
    Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);
    sums.forEach(
        (kind, byWeight) -> {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          for (Layer layer : layers) {
            Optional.ofNullable(byWeight.get(layer.weight()))
                .ifPresent(
                    sum ->
                        tensors.put(
                            layer.weight(),
                            Tensor.ofFloats(layer.weight(), layer.shape(), sum.values().clone())));
          }
          values.put(kind, tensors);
        });
    return new Statistics(values);
  }

  /** The sums as tensors for a checkpoint. */
  List<Tensor> state() {
    List<Tensor> state = new ArrayList<>();
    live()
        .forEach(
            (name, values) ->
                state.add(Tensor.ofFloats(name, Shape.of(values.length), values.clone())));
    return state;
  }
}
