package io.espalier.engine;

/** The loss of one sample and its gradient. Holds nothing; safe for many threads. */
interface Loss {
  /**
   * Loss of one sample.
   *
   * @param outputs where the graph's outputs are
   * @param at position of the sample's first
   * @param classes how many it has
   * @param label the right class
   */
  double loss(float[] outputs, int at, int classes, int label);

  /**
   * Loss of one sample, and its gradient over the outputs, times a weight.
   *
   * @param gradient where to write, at the positions of the outputs
   * @param weight of the sample, such as one by the size of the batch
   */
  double lossAndGradient(
      float[] outputs, int at, int classes, int label, float[] gradient, float weight);

  /** The loss of a choice. */
  static Loss of(LossChoice choice) {
    if (choice instanceof LossChoice.CrossEntropy crossEntropy) {
      return crossEntropy.smoothing() == 0
          ? new SoftmaxCrossEntropy()
          : new SmoothedCrossEntropy(crossEntropy.smoothing());
    }
    if (choice instanceof LossChoice.CrossEntropyFromProbabilities) {
      return new ProbabilityCrossEntropy();
    }
    return choice instanceof LossChoice.MeanSquaredError
        ? new MeanSquaredError()
        : new BinaryCrossEntropy();
  }
}
