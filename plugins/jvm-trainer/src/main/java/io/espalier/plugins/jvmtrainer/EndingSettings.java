package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.engine.Ending;
import java.util.List;

/** Parameters about validation, and what it decides about the end of a training. */
final class EndingSettings {
  static final Parameter<Double> VALIDATION_SPLIT =
      Parameter.number(
              "validationSplit",
              "share of the training samples, the last ones, that is measured after each epoch and"
                  + " never trained on")
          .or(0.1)
          .atLeast(0)
          .below(1);
  static final Parameter<Integer> EARLY_STOPPING_PATIENCE =
      Parameter.integer(
              "earlyStoppingPatience",
              "epochs in a row without a lower validation loss after which the training ends; 0"
                  + " for never")
          .or(0)
          .atLeast(0)
          .in("epochs");
  static final Parameter<Boolean> KEEP_BEST =
      Parameter.bool(
              "keepBest",
              "whether the result is the model of the epoch with the lowest validation loss; new"
                  + " masks start the search anew")
          .or(false);

  static final List<Parameter<?>> ALL =
      List.of(VALIDATION_SPLIT, EARLY_STOPPING_PATIENCE, KEEP_BEST);

  private EndingSettings() {}

  static Ending choice(Parameters parameters) {
    return new Ending(parameters.get(EARLY_STOPPING_PATIENCE), parameters.get(KEEP_BEST));
  }
}
