package io.espalier.engine;

/**
 * How one axis is resampled: which elements go into each of the output, and with which weights.
 *
 * @param in extent of the input
 * @param out extent of the output
 * @param taps elements that go into one of the output
 * @param from their positions, {@code taps} for each of the output
 * @param weights of them; 0 where the output lies outside of what is cut out of the input
 * @param outside which of the output lie there
 * @param extrapolated what is there
 */
record ResamplingAxis(
    int in,
    int out,
    int taps,
    int[] from,
    double[] weights,
    boolean[] outside,
    float extrapolated) {}
