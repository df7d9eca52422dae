package io.espalier.api;

import java.util.List;

/**
 * Where the time of a training step goes, and what the machine could do, after the roofline of
 * Williams, Waterman and Patterson (2009).
 *
 * @param threads that computed
 * @param batchSize samples of a step
 * @param stepSeconds of a whole step, the median
 * @param flopsPerSecond of a product of single-precision matrices in cache, on all threads
 * @param bytesPerSecond read and written by copies larger than any cache, on all threads
 * @param layers in the order of the forward pass
 */
public record TrainingProfile(
    int threads,
    int batchSize,
    double stepSeconds,
    double flopsPerSecond,
    double bytesPerSecond,
    List<Layer> layers) {
  public TrainingProfile {
    layers = List.copyOf(layers);
  }

  /**
   * What runs as one, most often a node and what is fused with it. Seconds are those of all threads
   * together, divided by their number. What is done again because it was not kept counts where that
   * happens.
   *
   * @param node its node, the first if several are fused
   * @param operator of that node
   * @param forwardSeconds of a step
   * @param backwardSeconds of a step
   * @param forwardFlops additions and multiplications of a step, with weights
   * @param backwardFlops additions and multiplications of a step, with weights
   * @param forwardBytes of inputs, outputs and weights, each once a step
   * @param backwardBytes of the same and their gradients, each once a step
   */
  public record Layer(
      String node,
      String operator,
      double forwardSeconds,
      double backwardSeconds,
      double forwardFlops,
      double backwardFlops,
      double forwardBytes,
      double backwardBytes) {
    public double seconds() {
      return forwardSeconds + backwardSeconds;
    }

    public double flops() {
      return forwardFlops + backwardFlops;
    }

    public double bytes() {
      return forwardBytes + backwardBytes;
    }
  }
}
