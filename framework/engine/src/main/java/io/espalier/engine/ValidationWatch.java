package io.espalier.engine;

import java.util.Map;
import java.util.TreeMap;

/** What a training does about its validation loss, epoch by epoch. */
final class ValidationWatch {
  private static final String FACTOR = "plateau.factor";

  private final LearningRate.Shape shape;
  private final Patience plateau = new Patience("plateau");
  private double factor = 1;

  ValidationWatch(TrainingOptions options) {
    shape = options.learningRate().shape();
  }

  /** What the learning rate is multiplied with. */
  double rateFactor() {
    return factor;
  }

  /** Takes the loss of an epoch that has just ended. */
  void observe(double loss) {
    if (shape instanceof LearningRate.Plateau falls && !plateau.improves(loss)) {
      if (plateau.waited() > falls.patience()) {
        factor *= falls.factor();
        plateau.waitAgain();
      }
    }
  }

  /** The model has new constraints: losses before and after cannot be compared. */
  void constraintsChanged() {
    plateau.forget();
  }

  /** Its numbers for a checkpoint. */
  Map<String, Double> scalars() {
    Map<String, Double> scalars = new TreeMap<>();
    if (shape instanceof LearningRate.Plateau) {
      plateau.save(scalars);
      scalars.put(FACTOR, factor);
    }
    return scalars;
  }

  /**
   * Takes over the numbers of a checkpoint.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#USAGE}) if it has
   *     none
   */
  void restore(Map<String, Double> scalars) {
    if (shape instanceof LearningRate.Plateau) {
      plateau.restore(scalars);
      factor = Resumption.scalar(scalars, FACTOR);
    }
  }
}
