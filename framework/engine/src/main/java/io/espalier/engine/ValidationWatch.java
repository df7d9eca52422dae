package io.espalier.engine;

import io.espalier.api.Checkpoint;
import io.espalier.api.Model;
import io.espalier.api.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a training does about its validation loss, epoch by epoch: reduces the learning rate, keeps
 * the best model, ends early.
 */
final class ValidationWatch {
  private static final String FACTOR = "plateau.factor";

  private final LearningRate.Shape shape;
  private final Ending ending;
  private final Patience plateau = new Patience("plateau");
  private final Patience progress = new Patience("validation");
  private final BestModel best = new BestModel();
  private double factor = 1;

  ValidationWatch(TrainingOptions options) {
    shape = options.learningRate().shape();
    ending = options.ending();
  }

  /** What the learning rate is multiplied with. */
  double rateFactor() {
    return factor;
  }

  /** The best model, if it is to be kept and an epoch has ended. */
  Optional<Model> best() {
    return best.model();
  }

  /** Whether patience is over, and the training with it. */
  boolean endsNow() {
    return ending.patience() > 0 && progress.waited() >= ending.patience();
  }

  /** Why it ends, for people. */
  String reason() {
    int waited = progress.waited();
    return String.format(
        Locale.ROOT,
        "the validation loss has not fallen below %.4g for %d epoch%s",
        progress.lowest(),
        waited,
        waited == 1 ? "" : "s");
  }

  /**
   * Takes the loss of an epoch that has just ended.
   *
   * @param now gives the model as it is now
   */
  void observe(double loss, Supplier<Model> now) {
    if (shape instanceof LearningRate.Plateau falls && !plateau.improves(loss)) {
      if (plateau.waited() > falls.patience()) {
        factor *= falls.factor();
        plateau.waitAgain();
      }
    }
    if (progress.improves(loss) && ending.keepsBest()) {
      best.keep(now.get());
    }
  }

  /** The model has new constraints: losses before and after cannot be compared. */
  void constraintsChanged() {
    plateau.forget();
    progress.forget();
    best.forget();
  }

  /** Its tensors for a checkpoint. */
  List<Tensor> state() {
    return best.state();
  }

  /** Its numbers for a checkpoint. */
  Map<String, Double> scalars() {
    Map<String, Double> scalars = new TreeMap<>();
    if (shape instanceof LearningRate.Plateau) {
      plateau.save(scalars);
      scalars.put(FACTOR, factor);
    }
    if (!ending.equals(Ending.LAST)) {
      progress.save(scalars);
    }
    return scalars;
  }

  /**
   * Takes over what a checkpoint holds.
   *
   * @throws io.espalier.api.EspalierException ({@link io.espalier.api.FailureCode#USAGE}) if it has
   *     not what the options need
   */
  void restore(Checkpoint checkpoint) {
    Map<String, Double> scalars = checkpoint.scalars();
    if (shape instanceof LearningRate.Plateau) {
      plateau.restore(scalars);
      factor = Resumption.scalar(scalars, FACTOR);
    }
    if (!ending.equals(Ending.LAST)) {
      progress.restore(scalars);
    }
    if (ending.keepsBest()) {
      best.restore(checkpoint);
    }
  }
}
