package io.espalier.api;

import java.util.List;

/**
 * A request for statistics of gradients, for which nothing is trained. The batches are those that a
 * training with the same seed would take first, without augmentation.
 *
 * @param model whose gradients; masked weights have gradients too
 * @param dataset of whose training split the batches are taken
 * @param parameters of the fine-tuner: its loss and what is held out for validation hold here too
 * @param seed for shuffling and whatever else is drawn at random
 * @param batches how many, at least 1; after all samples they are shuffled anew
 * @param batchSize samples of a batch, at least 1; the last of an epoch may have fewer
 * @param training whether the batches run as in training, where batch normalisation takes the
 *     batch's statistics and dropout drops; otherwise as in inference
 * @param queries what to tell
 */
public record GradientRequest(
    Model model,
    Dataset dataset,
    Parameters parameters,
    long seed,
    int batches,
    int batchSize,
    boolean training,
    List<GradientQuery> queries) {
  /**
   * @throws EspalierException ({@link FailureCode#USAGE}) for fewer than one batch or sample
   */
  public GradientRequest {
    if (batches < 1 || batchSize < 1) {
      throw new EspalierException(
          FailureCode.USAGE,
          "gradients of %d batches of %d samples (allowed: at least 1 of each)"
              .formatted(batches, batchSize));
    }
    queries = List.copyOf(queries);
  }
}
