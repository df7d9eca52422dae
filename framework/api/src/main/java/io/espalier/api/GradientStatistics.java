package io.espalier.api;

import java.util.Map;
import java.util.Optional;

/**
 * What the gradients of some batches come to.
 *
 * @param samples how many the batches had in all
 * @param loss mean loss over these samples
 * @param answers a float tensor by query, named like the query's tensor
 */
public record GradientStatistics(int samples, double loss, Map<GradientQuery, Tensor> answers) {
  public GradientStatistics {
    answers = Map.copyOf(answers);
  }

  /**
   * The answer to a query.
   *
   * @throws IllegalArgumentException if it was not asked
   */
  public Tensor answer(GradientQuery query) {
    return Optional.ofNullable(answers.get(query))
        .orElseThrow(() -> new IllegalArgumentException("not asked: " + query));
  }
}
