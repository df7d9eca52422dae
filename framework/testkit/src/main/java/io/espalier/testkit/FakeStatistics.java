package io.espalier.testkit;

import io.espalier.api.Layer;
import io.espalier.api.Shape;
import io.espalier.api.Statistic;
import io.espalier.api.Statistics;
import io.espalier.api.Tensor;
import io.espalier.core.Seeds;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Statistics of layers that nobody measured, of the shapes and signs that measured ones have. */
public final class FakeStatistics {
  private FakeStatistics() {}

  /**
   * Statistics drawn at random; Gram matrices are those of random inputs.
   *
   * @param kinds which
   * @param seed what they are drawn from
   */
  public static Statistics of(List<Layer> layers, Collection<Statistic> kinds, long seed) {
    Map<Statistic, Map<String, Tensor>> values = new EnumMap<>(Statistic.class);
    for (Statistic kind : kinds) {
      Map<String, Tensor> byWeight = new LinkedHashMap<>();
      for (Layer layer : layers) {
        RandomGenerator random = Seeds.random(seed, kind + "/" + layer.weight());
        byWeight.put(layer.weight(), tensor(kind, layer, random));
      }
      values.put(kind, byWeight);
    }
    return new Statistics(values);
  }

  private static Tensor tensor(Statistic kind, Layer layer, RandomGenerator random) {
    return switch (kind) {
      case INPUT_GRAM -> gram((int) layer.shape().size() / layer.outputs(), random);
      case GRADIENT, PRODUCT, MOVEMENT, ADAM_MOVEMENT -> drawn(layer.shape(), random, -1);
      case SQUARED_GRADIENT, ABSOLUTE_PRODUCT, SQUARED_PRODUCT, SALIENCY_MOMENTUM ->
          drawn(layer.shape(), random, 0);
      case INPUT_NORM -> drawn(Shape.of(layer.inputs()), random, 0);
      case OUTPUT_ZERO_SHARE, OUTPUT_MEAN -> drawn(Shape.of(layer.outputs()), random, 0);
    };
  }

  private static Tensor drawn(Shape shape, RandomGenerator random, double least) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(least, 1);
    }
    return Tensor.ofFloats("statistic", shape, values);
  }

  private static Tensor gram(int columns, RandomGenerator random) {
    int samples = 2 * columns;
    float[] inputs = new float[samples * columns];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextGaussian();
    }
    float[] gram = new float[columns * columns];
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          gram[i * columns + j] += inputs[sample * columns + i] * inputs[sample * columns + j];
        }
      }
    }
    return Tensor.ofFloats("statistic", Shape.of(1, columns, columns), gram);
  }
}
