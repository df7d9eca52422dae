package io.espalier.engine;

/** The loss of one sample and its gradient. Between batches it does not change. */
interface Loss {
  /** Called before a batch: the samples {@code first} to below {@code first + count}. */
  default void prepare(int[] samples, int first, int count) {}

  /** How much a sample of a class counts in the mean: what the sum of losses is divided by. */
  default double share(int label) {
    return 1;
  }

  /**
   * Loss of one sample.
   *
   * @param outputs where the graph's outputs are
   * @param at position of the sample's first
   * @param classes how many it has
   * @param label the right class
   * @param position of the sample in its batch
   */
  double loss(float[] outputs, int at, int classes, int label, int position);

  /**
   * Loss of one sample, and its gradient over the outputs, times a weight.
   *
   * @param position of the sample in its batch
   * @param gradient where to write, at the positions of the outputs
   * @param weight what the gradient is multiplied with, such as one by the batch's shares
   */
  double lossAndGradient(
      float[] outputs,
      int at,
      int classes,
      int label,
      int position,
      float[] gradient,
      float weight);

  /**
   * The loss of a choice that needs no teacher.
   *
   * @param data to count samples in
   * @param classes of the output
   * @throws io.espalier.api.ParameterException if class weights do not fit
   */
  static Loss of(LossChoice choice, TrainingData data, int classes) {
    if (choice instanceof LossChoice.CrossEntropy plain) {
      return plain.equals(new LossChoice.CrossEntropy())
          ? new SoftmaxCrossEntropy()
          : new TargetCrossEntropy(plain.smoothing(), plain.classWeights().of(data, classes));
    }
    if (choice instanceof LossChoice.CrossEntropyFromProbabilities plain) {
      return new ProbabilityCrossEntropy(plain.classWeights().of(data, classes));
    }
    return choice instanceof LossChoice.MeanSquaredError
        ? new MeanSquaredError()
        : new BinaryCrossEntropy();
  }
}
