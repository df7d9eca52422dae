package io.espalier.engine;

/**
 * What the validation loss decides about the end of a training. New constraints start both anew:
 * losses before and after cannot be compared.
 *
 * @param patience epochs in a row without a lower validation loss after which the training ends
 *     before its horizon; 0 for never
 * @param keepsBest whether the result is the model of the epoch with the lowest validation loss
 *     instead of the last one's. A training that its listener stops ends with the model of that
 *     moment all the same
 */
public record Ending(int patience, boolean keepsBest) {
  /** Ends at the horizon, with the last epoch's model. */
  public static final Ending LAST = new Ending(0, false);
}
