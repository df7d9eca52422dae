package io.espalier.engine;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.GradientQuery;
import io.espalier.api.GradientRequest;
import io.espalier.api.GradientStatistics;
import io.espalier.api.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs batches forward and backward, and trains nothing: only the queries' tallies grow. */
final class GradientSurvey {
  private final TrainingData data;
  private final GradientRequest request;
  private final TrainingState state;
  private final List<GradientTally> tallies;
  private final BatchOrder order;
  private final WorkerPool.Tasks reduceRange = this::reduceRange;
  private final WorkerPool.Tasks addToTally = this::addToTally;

  /**
   * @param state of the model without its constraints, so that gradients come as they are
   */
  GradientSurvey(
      TrainingData data,
      GradientRequest request,
      TrainingState state,
      List<GradientTally> tallies) {
    this.data = data;
    this.request = request;
    this.state = state;
    this.tallies = List.copyOf(tallies);
    this.order = new BatchOrder(request.seed(), data.trained());
  }

  /**
   * Runs the request's batches.
   *
   * @throws EspalierException with code {@code NUMERIC} for a loss that is not finite, {@code
   *     CANCELLED} if the thread is interrupted
   */
  GradientStatistics run(BatchPass pass, WorkerPool pool) {
    int perEpoch =
        Math.toIntExact(((long) data.trained() + request.batchSize() - 1) / request.batchSize());
    int samples = 0;
    double loss = 0;
    double shares = 0;
    for (int batch = 0; batch < request.batches(); batch++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new EspalierException(
            FailureCode.CANCELLED, "looking at gradients was cancelled after batch " + batch);
      }
      int first = batch % perEpoch * request.batchSize();
      int size = Math.min(request.batchSize(), data.trained() - first);
      int[] shuffled = order.of(batch / perEpoch);
      if (request.training()) {
        pass.train(shuffled, first, size, batch);
      } else {
        pass.differentiate(shuffled, first, size);
      }
      pass.requireFiniteLoss("batch " + (batch + 1));
      state.receive(pass.gradients());
      pool.run(reduceRange, state.ranges().size());
      pool.run(addToTally, tallies.size());
      loss += pass.loss();
      shares += pass.shares();
      samples += size;
    }
    Map<GradientQuery, Tensor> answers = new LinkedHashMap<>();
    tallies.forEach(tally -> answers.put(tally.query(), tally.answer(request.batches())));
    return new GradientStatistics(samples, loss / shares, answers);
  }

  private void reduceRange(int range, int worker) {
    state.reduce(state.ranges().get(range));
  }

  private void addToTally(int tally, int worker) {
    tallies.get(tally).add(state.weights(), state.gradients());
  }
}
