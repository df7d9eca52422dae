package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientQuery.Units;
import io.espalier.api.GradientStatistic;
import io.espalier.api.Shape;
import io.espalier.api.Tensor;
import java.util.Arrays;

/**
 * Answers one query: adds up what each batch gives, in the order of the batches. What is not asked
 * weight by weight is summed in double precision within a batch.
 */
final class GradientTally {
  private final GradientQuery query;
  private final ParameterSlot slot;
  private final Shape shape;
  private final int inner;
  private final float[] weightTotals;
  private final double[] totals;
  private final double[] batch;

  /**
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if the query does not fit the layout
   */
  GradientTally(GradientQuery query, ParameterLayout layout) {
    this.query = query;
    slot =
        layout
            .slot(query.tensor())
            .orElseThrow(
                () -> refuse(query, "the engine trains no tensor of that name in this model"));
    boolean single = query.units() instanceof Units.Weights;
    if (query.units() instanceof Units.Channels channels) {
      int axis = channels.axis();
      if (axis < 0 || axis >= slot.shape().rank()) {
        throw refuse(query, "its shape " + slot.shape() + " has no axis " + axis);
      }
      shape = Shape.of(slot.shape().dim(axis));
      inner = product(slot.shape(), axis + 1);
    } else {
      shape = single ? slot.shape() : Shape.of();
      inner = Math.max(1, slot.size());
    }
    weightTotals = new float[single ? slot.size() : 0];
    totals = new double[single ? 0 : (int) shape.size()];
    batch = new double[totals.length];
  }

  private static EspalierException refuse(GradientQuery query, String problem) {
    return new EspalierException(
        FailureCode.PLUGIN,
        "gradients of tensor '%s' were asked for, but %s".formatted(query.tensor(), problem));
  }

  private static int product(Shape shape, int fromAxis) {
    int product = 1;
    for (int axis = fromAxis; axis < shape.rank(); axis++) {
      product *= Math.toIntExact(shape.dim(axis));
    }
    return product;
  }

  GradientQuery query() {
    return query;
  }

  /** Adds a batch, whose gradients lie as the weights do. */
  void add(float[] weights, float[] gradients) {
    if (query.units() instanceof Units.Weights) {
      addWeights(weights, gradients);
    } else {
      addUnits(weights, gradients);
    }
  }

  private void addWeights(float[] weights, float[] gradients) {
    for (int i = 0; i < weightTotals.length; i++) {
      int at = slot.position(i);
      weightTotals[i] += (float) ofBatch(ofWeight(weights[at], gradients[at]));
    }
  }

  private void addUnits(float[] weights, float[] gradients) {
    Arrays.fill(batch, 0);
    int size = slot.size();
    for (int i = 0; i < size; i++) {
      int at = slot.position(i);
      batch[i / inner % batch.length] += ofWeight(weights[at], gradients[at]);
    }
    for (int u = 0; u < batch.length; u++) {
      totals[u] += ofBatch(batch[u]);
    }
  }

  /** What a weight adds to its unit. */
  private double ofWeight(double weight, double gradient) {
    double product = weight * gradient;
    return switch (query.statistic()) {
      case GRADIENT -> gradient;
      case ABSOLUTE_GRADIENT -> Math.abs(gradient);
      case SQUARED_GRADIENT -> gradient * gradient;
      case PRODUCT, ABSOLUTE_SUM, SQUARED_SUM -> product;
      case ABSOLUTE_PRODUCT -> Math.abs(product);
      case SQUARED_PRODUCT -> product * product;
    };
  }

  /** What the sum over a unit gives for a batch. */
  private double ofBatch(double sum) {
    if (query.statistic() == GradientStatistic.ABSOLUTE_SUM) {
      return Math.abs(sum);
    }
    return query.statistic() == GradientStatistic.SQUARED_SUM ? sum * sum : sum;
  }

  /** The mean over the batches that were added. */
  Tensor answer(int batches) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((weightTotals.length > 0 ? weightTotals[i] : totals[i]) / batches);
    }
    return Tensor.ofFloats(query.tensor(), shape, values);
  }
}
