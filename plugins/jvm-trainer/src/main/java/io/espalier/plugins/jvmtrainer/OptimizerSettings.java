package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Parameter;
import io.espalier.api.ParameterException;
import io.espalier.api.Parameters;
import io.espalier.engine.OptimizerChoice;
import java.util.List;

/** Parameters that choose the optimizer. */
final class OptimizerSettings {
  private static final String ADAMW = "adamw";
  private static final double SMALLEST_EPSILON = 1e-12;

  static final Parameter<String> OPTIMIZER =
      Parameter.choice(
              "optimizer",
              "rule that turns gradients into weights; adamw is adam with decoupled weight decay",
              "adam",
              ADAMW,
              "rmsprop",
              "sgd")
          .or("adam")
          .alsoWritten("SGD", "sgd")
          .alsoWritten("RMSprop", "rmsprop")
          .alsoWritten("torch.optim.Adam", "adam")
          .alsoWritten("torch.optim.AdamW", ADAMW)
          .alsoWritten("torch.optim.RMSprop", "rmsprop")
          .alsoWritten("torch.optim.SGD", "sgd");
  static final Parameter<Double> BETA1 =
      Parameter.number("beta1", "decay of adam's first moment").or(0.9).atLeast(0).below(1);
  static final Parameter<Double> BETA2 =
      Parameter.number("beta2", "decay of adam's second moment").or(0.999).atLeast(0).below(1);
  static final Parameter<Double> ALPHA =
      Parameter.number("alpha", "decay of rmsprop's mean square").or(0.99).atLeast(0).below(1);
  static final Parameter<Double> EPSILON =
      Parameter.number("epsilon", "what adam and rmsprop add to the divisor")
          .or(1e-8)
          .atLeast(SMALLEST_EPSILON);
  static final Parameter<Double> MOMENTUM =
      Parameter.number(
              "momentum", "share of the last step that sgd adds to the next; others have their own")
          .or(0.9)
          .atLeast(0)
          .below(1);
  static final Parameter<Boolean> NESTEROV =
      Parameter.bool("nesterov", "whether sgd looks ahead along its momentum").or(false);
  static final Parameter<Double> RMSPROP_MOMENTUM =
      Parameter.number("rmspropMomentum", "share of the last step that rmsprop adds to the next")
          .or(0.0)
          .atLeast(0)
          .below(1);
  static final Parameter<Double> WEIGHT_DECAY =
      Parameter.number(
              "weightDecay",
              "decay of every weight with two or more axes: this share of the weight adds to its"
                  + " gradient (L2); with adamw a step takes this share times the learning rate off"
                  + " the weight (decoupled)")
          .or(0.0)
          .atLeast(0);
  static final Parameter<Double> SCALE_SPARSITY =
      Parameter.number(
              "scaleSparsity",
              "what the magnitude of every batch-normalisation scale adds to the loss, so that"
                  + " channels tell apart for pruner bn-scale; network slimming takes 1e-4, and 0"
                  + " is none")
          .or(0.0)
          .atLeast(0);
  static final Parameter<Double> CLIP_NORM =
      Parameter.number(
              "clipNorm",
              "largest Euclidean norm of the gradient over all weights, to which a longer one is"
                  + " scaled down; 0 for none")
          .or(0.0)
          .atLeast(0);

  static final List<Parameter<?>> ALL =
      List.of(
          OPTIMIZER,
          BETA1,
          BETA2,
          ALPHA,
          EPSILON,
          MOMENTUM,
          NESTEROV,
          RMSPROP_MOMENTUM,
          WEIGHT_DECAY,
          SCALE_SPARSITY,
          CLIP_NORM);

  private OptimizerSettings() {}

  /**
   * The optimizer that was asked for.
   *
   * @throws ParameterException for Nesterov's momentum without momentum, or with another optimizer
   */
  static OptimizerChoice choice(Parameters parameters) {
    String name = parameters.get(OPTIMIZER);
    if (parameters.get(NESTEROV) && !(name.equals("sgd") && parameters.get(MOMENTUM) > 0)) {
      throw new ParameterException(
          NESTEROV.name(),
          "true is not allowed with optimizer %s and momentum %s (allowed: with sgd and a momentum above 0)"
              .formatted(name, parameters.get(MOMENTUM)));
    }
    return switch (name) {
      case "sgd" -> new OptimizerChoice.Sgd(parameters.get(MOMENTUM), parameters.get(NESTEROV));
      case "rmsprop" ->
          new OptimizerChoice.RmsProp(
              parameters.get(ALPHA), parameters.get(EPSILON), parameters.get(RMSPROP_MOMENTUM));
      default ->
          new OptimizerChoice.Adam(
              parameters.get(BETA1),
              parameters.get(BETA2),
              parameters.get(EPSILON),
              name.equals(ADAMW));
    };
  }
}
