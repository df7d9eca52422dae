package io.espalier.runtime;

import io.espalier.api.Layer;
import io.espalier.api.Model;
import io.espalier.core.Layers;
import io.espalier.proto.LayerShare;
import io.espalier.proto.LayerSparsity;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How many weights of each prunable layer are zero, counted in the tensors.
 *
 * @param layers in graph order
 */
record LayerShares(List<LayerShare> layers) {
  static LayerShares of(Model model) {
    List<LayerShare> shares = new ArrayList<>();
    for (Layer layer : Layers.prunable(model)) {
      FloatBuffer weights = model.tensor(layer.weight()).floats();
      int zeros = 0;
      double squares = 0;
      float least = Float.POSITIVE_INFINITY;
      for (int i = 0; i < weights.limit(); i++) {
        float weight = weights.get(i);
        zeros += weight == 0 ? 1 : 0;
        squares += (double) weight * weight;
        least = weight == 0 ? least : Math.min(least, Math.abs(weight));
      }
      shares.add(
          LayerShare.newBuilder()
              .setLayer(layer.name())
              .setWeights(weights.limit())
              .setZeros(zeros)
              .setThreshold(Float.isInfinite(least) ? 0 : least)
              .setNorm(Math.sqrt(squares))
              .build());
    }
    return new LayerShares(List.copyOf(shares));
  }

  /** Share of all prunable weights that is zero, 0 to 1; 0 where there are none. */
  double sparsity() {
    long weights = layers.stream().mapToLong(LayerShare::getWeights).sum();
    long zeros = layers.stream().mapToLong(LayerShare::getZeros).sum();
    return weights == 0 ? 0 : (double) zeros / weights;
  }

  LayerSparsity event(int stage, int step) {
    return LayerSparsity.newBuilder()
        .setStageIndex(stage)
        .setStep(step)
        .addAllLayers(layers)
        .build();
  }
}
