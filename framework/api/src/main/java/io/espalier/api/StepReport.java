package io.espalier.api;

/**
 * One optimizer step.
 *
 * @param step steps done in this training, from 1
 * @param epoch the pass over the data that the step belongs to, from 1
 * @param loss mean loss of the step's batch
 * @param accuracy share of the step's batch that was classified right, 0 to 1
 * @param learningRate used in the step
 * @param samplesPerSecond speed of the step
 */
public record StepReport(
    int step,
    int epoch,
    double loss,
    double accuracy,
    double learningRate,
    double samplesPerSecond) {}
