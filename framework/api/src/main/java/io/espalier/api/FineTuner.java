package io.espalier.api;

import java.util.Optional;
import java.util.Set;

/**
 * Trains a model under constraints: from scratch, after pruning or after clustering. It tells a
 * listener about every step; schedules, new masks, events, pause and stop come in there.
 */
public interface FineTuner extends Extension {
  /**
   * How many steps a training with these parameters takes. It may take fewer only if it tells its
   * listener, see {@link TrainingListener#onEarlyEnd}.
   */
  Horizon horizon(Dataset dataset, Parameters parameters);

  /**
   * Trains. Masks and codebooks of the model hold on weights, gradients and optimizer state after
   * every step, and in the result. The same request on the same machine gives the same bytes.
   *
   * <p>The calling thread runs the training and all calls of the listener. If it is interrupted the
   * training ends with {@link FailureCode#CANCELLED}.
   *
   * @return the model with trained tensors and the constraints that held last
   * @throws EspalierException if the model or data cannot be trained on, or the loss is not finite
   */
  Model fineTune(Request request, TrainingListener listener);

  /** What {@link #gradients} can be asked for; nothing if it refuses. */
  default Set<GradientStatistic> gradientStatistics() {
    return Set.of();
  }

  /**
   * Runs batches forward and backward and tells what the gradients come to; the model stays as it
   * is. The same request on the same machine gives the same bytes. Ends with {@link
   * FailureCode#CANCELLED} if the thread is interrupted.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if this fine-tuner does not do that, or
   *     if a query names a tensor that is not trained or an axis that it does not have; otherwise
   *     as {@link #fineTune}
   */
  default GradientStatistics gradients(GradientRequest request) {
    throw new EspalierException(
        FailureCode.PLUGIN,
        "fine-tuner '%s' gives no statistics of gradients; choose one that does"
            .formatted(description().id()));
  }

  /**
   * Times training steps layer by layer, on noise.
   *
   * @throws EspalierException ({@link FailureCode#PLUGIN}) if this fine-tuner does not do that;
   *     ({@link FailureCode#MODEL}) if it cannot train the model
   */
  default TrainingProfile profile(ProfileRequest request) {
    throw new EspalierException(
        FailureCode.PLUGIN,
        "fine-tuner '%s' does not time its layers; choose one that does"
            .formatted(description().id()));
  }

  /**
   * What a fine-tuner is asked.
   *
   * @param model to start from
   * @param dataset to train on
   * @param parameters of the fine-tuner
   * @param seed for shuffling and whatever else is drawn at random
   * @param resumeFrom a checkpoint of this same training to go on from, if there is one
   */
  record Request(
      Model model,
      Dataset dataset,
      Parameters parameters,
      long seed,
      Optional<Checkpoint> resumeFrom) {}
}
