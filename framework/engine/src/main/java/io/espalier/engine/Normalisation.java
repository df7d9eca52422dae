package io.espalier.engine;

import io.espalier.api.Tensor;

/**
 * One BatchNormalization of a plan. Its batch statistics need all samples of a batch, so it cuts
 * the plan in two: all samples run up to it before any goes on.
 *
 * @param behind position of the first operation after the cut
 * @param first position of its first channel among the channels of all normalisations
 * @param channels how many it has
 * @param mean running mean as the model has it, one number per channel
 * @param variance running variance as the model has it, one number per channel
 * @param momentum share of the running statistics that stays when a batch is trained on
 * @param epsilon added to the variance
 */
record Normalisation(
    int behind,
    int first,
    int channels,
    Tensor mean,
    Tensor variance,
    double momentum,
    double epsilon)
    implements Cut {
  @Override
  public int before() {
    return behind;
  }
}
