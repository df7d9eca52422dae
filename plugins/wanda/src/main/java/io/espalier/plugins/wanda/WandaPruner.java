package io.espalier.plugins.wanda;

import io.espalier.api.Description;
import io.espalier.api.Layer;
import io.espalier.api.Parameters;
import io.espalier.api.PruneRequest;
import io.espalier.api.Statistic;
import io.espalier.api.Tensor;
import io.espalier.api.WeightPruner;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.pf4j.Extension;

/**
 * Compares weights of one output by {@code |w| ||x||}, where {@code ||x||} is the norm of the input
 * channel over the calibration samples. Nothing is trained. A weight's score is its rank among
 * those of its output, so every output loses the same share, as the paper asks.
 *
 * <p>M. Sun, Z. Liu, A. Bair, J. Z. Kolter: A Simple and Effective Pruning Approach for Large
 * Language Models, ICLR 2024, equation 1.
 */
@Extension
public final class WandaPruner implements WeightPruner {
  @Override
  public Description description() {
    return Description.of(
        "wanda", "Keeps, of each output, the weights of greatest magnitude times input norm.");
  }

  @Override
  public Set<Statistic> needs(Parameters parameters) {
    return Set.of(Statistic.INPUT_NORM);
  }

  @Override
  public INDArray scores(Layer layer, INDArray weights, PruneRequest request) {
    float[] products = weights.dup('c').data().asFloat();
    Tensor norms = request.statistics().of(Statistic.INPUT_NORM, layer);
    int outputs = layer.outputs();
    int[] output = new int[products.length];
    int groups = Math.max(1, norms.size() / layer.inputs());
    for (int i = 0; i < products.length; i++) {
      output[i] = position(layer, layer.outputAxis(), i);
      int group = output[i] / Math.max(1, outputs / groups);
      int input = group * layer.inputs() + position(layer, layer.inputAxis(), i);
      products[i] = Math.abs(products[i]) * norms.floats().get(input);
    }
    return Nd4j.createFromArray(ranks(products, output, outputs)).reshape(weights.shape());
  }

  /** Where an element lies along an axis; 0 without one. */
  private static int position(Layer layer, int axis, int element) {
    if (axis < 0) {
      return 0;
    }
    int inner = 1;
    for (int later = axis + 1; later < layer.shape().rank(); later++) {
      inner *= (int) layer.shape().dim(later);
    }
    return element / inner % (int) layer.shape().dim(axis);
  }

  private static float[] ranks(float[] products, int[] output, int outputs) {
    Integer[] order = new Integer[products.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> products[i]));
    int[] next = new int[outputs];
    float[] ranks = new float[products.length];
    for (int element : order) {
      ranks[element] = next[output[element]]++;
    }
    return ranks;
  }
}
