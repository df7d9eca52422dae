package io.espalier.runtime;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.api.TrainingControl;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds up what the steps of a training come to, weight by weight. Costs nothing where nothing is
 * asked for. Its sums are part of every checkpoint.
 */
final class StepTally {
  private static final String PREFIX = "pruning/";
  private static final float DECAY = 0.9f;

  private final List<Layer> layers;
  private final Map<Statistic, Map<String, float[]>> sums = new EnumMap<>(Statistic.class);
  private final Map<String, Tensor> before = new LinkedHashMap<>();

  StepTally(List<Layer> layers, Set<Statistic> kinds) {
    this.layers = layers;
    for (Statistic kind : kinds) {
      if (kind.source() == Statistic.Source.STEPS) {
        Map<String, float[]> byWeight = new LinkedHashMap<>();
        layers.forEach(l -> byWeight.put(l.weight(), new float[(int) l.shape().size()]));
        sums.put(kind, byWeight);
      }
    }
  }

  /** Begins, with the sums of a checkpoint if there is one. */
  void begin(List<Tensor> state, TrainingControl control) {
    for (Tensor tensor : state) {
      sums.forEach(
          (kind, byWeight) ->
              byWeight.forEach(
                  (weight, sum) -> {
                    if (tensor.name().equals(name(kind, weight)) && tensor.size() == sum.length) {
                      tensor.floats().get(0, sum);
                    }
                  }));
    }
    weightsChanged(control);
  }

  private static String name(Statistic kind, String weight) {
    return PREFIX + kind + "/" + weight;
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
        (weight, values) -> add(weight, values.floats(), control.gradient(weight).floats()));
    weightsChanged(control);
  }

  private void add(String weight, FloatBuffer weights, FloatBuffer gradient) {
    sums.forEach(
        (kind, byWeight) -> {
          float[] sum = byWeight.getOrDefault(weight, new float[0]);
          for (int i = 0; i < sum.length; i++) {
            float product = weights.get(i) * gradient.get(i);
            sum[i] =
                kind == Statistic.MOVEMENT ? sum[i] - product : DECAY * sum[i] + Math.abs(product);
          }
        });
  }

  /** The sums so far. */
  Statistics statistics() {
    Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);
    sums.forEach(
        (kind, byWeight) -> {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          for (Layer layer : layers) {
            tensors.put(
                layer.weight(),
                Tensor.ofFloats(
                    layer.weight(),
                    layer.shape(),
                    byWeight.getOrDefault(layer.weight(), new float[0]).clone()));
          }
          values.put(kind, tensors);
        });
    return new Statistics(values);
  }

  /** The sums as tensors for a checkpoint. */
  List<Tensor> state() {
    Statistics now = statistics();
    List<Tensor> state = new ArrayList<>();
    for (Statistic kind : sums.keySet()) {
      for (Layer layer : layers) {
        state.add(now.of(kind, layer).named(name(kind, layer.weight())));
      }
    }
    return state;
  }
}
