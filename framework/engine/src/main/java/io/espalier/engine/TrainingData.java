package io.espalier.engine;

import io.espalier.api.Dataset;
import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.api.Horizon;
import io.espalier.api.Model;
import io.espalier.api.ParameterException;

/**
 * The training samples of a data set, divided: the first are trained on, the last are held out for
 * validation.
 *
 * @param split all of them
 * @param trained how many are trained on, at least 1
 * @param heldOut how many are held out
 */
record TrainingData(Dataset.Split split, int trained, int heldOut) {
  /**
   * Divides as the options say.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) if nothing is left to train on
   * @throws ParameterException for options that need samples held out, if there are none
   */
  static TrainingData of(Dataset dataset, TrainingOptions options) {
    int all = dataset.train().size();
    int trained = (int) Math.floor(all * (1 - options.validationSplit()));
    if (trained < 1) {
      throw new EspalierException(
          FailureCode.DATA,
          "data set '%s' has %d training samples; with %s of them held out none is left to train on"
              .formatted(dataset.name(), all, options.validationSplit()));
    }
    TrainingData data = new TrainingData(dataset.train(), trained, all - trained);
    if (options.learningRate().shape() instanceof LearningRate.Plateau) {
      data.requireHeldOut("learningRateSchedule", "reduce-on-plateau", options);
    }
    if (options.ending().patience() > 0) {
      data.requireHeldOut("earlyStoppingPatience", options.ending().patience() + "", options);
    }
    if (options.ending().keepsBest()) {
      data.requireHeldOut("keepBest", "true", options);
    }
    return data;
  }

  private void requireHeldOut(String parameter, String value, TrainingOptions options) {
    if (heldOut == 0) {
      throw new ParameterException(
          parameter,
          "%s needs a validation loss, but validationSplit %s holds no sample out (allowed: with a validationSplit above 0)"
              .formatted(value, options.validationSplit()));
    }
  }

  /** How many steps the options ask for. */
  Horizon horizon(TrainingOptions options) {
    int perEpoch =
        Math.toIntExact(((long) trained + options.batchSize() - 1) / options.batchSize());
    long total = (long) perEpoch * options.epochs();
    if (total > Integer.MAX_VALUE) {
      throw new EspalierException(
          FailureCode.USAGE,
          "%d epochs of %d steps are more than %d steps"
              .formatted(options.epochs(), perEpoch, Integer.MAX_VALUE));
    }
    return new Horizon((int) total, perEpoch);
  }

  /**
   * Compiles a model for samples of a data set.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) that names both shapes where samples do
   *     not fit, or the sample with its label and the number of classes; ({@link
   *     FailureCode#MODEL}) for what cannot be trained
   */
  static ExecutionPlan compile(Model model, Dataset dataset) {
    Model bound = OpenAxes.bind(model, dataset.sample());
    ExecutionPlan plan;
    try {
      plan = ExecutionPlan.compile(bound);
    } catch (EspalierException e) {
      if (bound == model) {
        throw e;
      }
      throw new EspalierException(
          FailureCode.DATA,
          "the graph's input '%s' does not take samples of %s, which data set '%s' has: %s"
              .formatted(
                  model.graph().inputs().get(0), dataset.sample(), dataset.name(), e.getMessage()),
          e);
    }
    requireFits(dataset, plan);
    return plan;
  }

  /**
   * Checks that a plan can be trained on this data.
   *
   * @throws EspalierException ({@link FailureCode#DATA}) that names both shapes, or the sample with
   *     its label and the number of classes
   */
  private static void requireFits(Dataset dataset, ExecutionPlan plan) {
    Value input = plan.input();
    if (!dataset.sample().equals(input.shape())) {
      throw new EspalierException(
          FailureCode.DATA,
          "a sample of data set '%s' is %s, but the graph's input '%s' takes %s"
              .formatted(dataset.name(), dataset.sample(), input.name(), input.shape()));
    }
    int classes = plan.logits().size();
    Dataset.Split split = dataset.train();
    for (int i = 0; i < split.size(); i++) {
      int label = split.label(i);
      if (label < 0 || label >= classes) {
        throw new EspalierException(
            FailureCode.DATA,
            ("data set '%s', split train: sample %d has label %d, but the graph's output '%s' has"
                    + " %d classes (0 to %d)")
                .formatted(dataset.name(), i, label, plan.logits().name(), classes, classes - 1));
      }
    }
  }
}
