package io.espalier.engine;

import io.espalier.api.ParameterException;
import java.util.Arrays;
import java.util.List;

/** How much each class counts in a mean loss. */
public sealed interface ClassWeights {
  /** All alike. */
  ClassWeights EQUAL = new Equal();

  /** See {@link #EQUAL}. */
  record Equal() implements ClassWeights {}

  /**
   * Rare classes more: the number of training samples divided by the number of classes and by how
   * many samples the class has. A class without samples has 1.
   */
  record Balanced() implements ClassWeights {}

  /**
   * As given.
   *
   * @param weights by class, finite and above 0
   */
  record Given(List<Double> weights) implements ClassWeights {
    public Given {
      weights = List.copyOf(weights);
    }
  }

  /**
   * The weights by class.
   *
   * @param data to count samples in, those that are trained on
   * @throws ParameterException if there are not as many as there are classes
   */
  default double[] of(TrainingData data, int classes) {
    double[] weights = new double[classes];
    Arrays.fill(weights, 1);
    if (this instanceof Given given) {
      if (given.weights().size() != classes) {
        throw new ParameterException(
            "classWeights",
            "has %d numbers, but the graph's output has %d classes (allowed: one for each)"
                .formatted(given.weights().size(), classes));
      }
      Arrays.setAll(weights, c -> given.weights().get(c));
    }
    if (this instanceof Balanced) {
      long[] counts = new long[classes];
      for (int i = 0; i < data.trained(); i++) {
        counts[data.split().label(i)]++;
      }
      for (int c = 0; c < classes; c++) {
        weights[c] = counts[c] == 0 ? 1 : (double) data.trained() / classes / counts[c];
      }
    }
    return weights;
  }
}
