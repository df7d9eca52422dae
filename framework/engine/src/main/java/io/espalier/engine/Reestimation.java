package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Model;

/**
 * Estimates running statistics anew, without training: pruned or clustered weights give other
 * activations than those that the statistics were gathered from. Each batch runs forward as in
 * training, and each counts alike in the average.
 */
final class Reestimation {
  private final TrainingData data;
  private final TrainingOptions options;
  private final BatchOrder order;

  Reestimation(TrainingData data, TrainingOptions options, long seed) {
    this.data = data;
    this.options = options;
    this.order = new BatchOrder(seed, data.trained());
  }

  /**
   * Runs batches, in the order in which a training takes them.
   *
   * @param state whose statistics the pass moves
   * @return the model with new statistics and all else as it was
   * @throws EspalierException ({@link FailureCode#CANCELLED}) if the thread is interrupted
   */
  Model run(BatchPass pass, TrainingState state, int batches) {
    int perEpoch = data.horizon(options).stepsPerEpoch();
    for (int batch = 0; batch < batches; batch++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new EspalierException(
            FailureCode.CANCELLED,
            "estimating running statistics was cancelled after batch " + batch);
      }
      int first = batch % perEpoch * options.batchSize();
      int size = Math.min(options.batchSize(), data.trained() - first);
      double share = batch / (batch + 1.0);
      pass.estimate(order.of(batch / perEpoch), first, size, batch, share);
    }
    state.requireFinite();
    return state.model();
  }
}
