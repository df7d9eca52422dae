package io.espalier.runtime.measure;

/**
 * Time of one inference with batch size 1 on one thread.
 *
 * @param p50Micros median, in microseconds
 * @param p90Micros 90th percentile by nearest rank, in microseconds
 * @param warmUps inferences made before the first one that counts
 * @param samples inferences that count
 */
public record LatencyFigures(double p50Micros, double p90Micros, int warmUps, int samples) {}
