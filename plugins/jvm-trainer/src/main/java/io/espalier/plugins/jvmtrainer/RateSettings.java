package io.espalier.plugins.jvmtrainer;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import io.espalier.engine.LearningRate;
import java.util.List;

/** Parameters that choose the learning rate over the steps. */
final class RateSettings {
  private static final double SMALLEST_FACTOR = 0.001;

  static final Parameter<Double> LEARNING_RATE =
      Parameter.number("learningRate", "highest learning rate")
          .or(0.001)
          .atLeast(0)
          .alsoNamed("finetuningLearningRate");
  static final Parameter<String> SCHEDULE =
      Parameter.choice(
              "learningRateSchedule",
              "how the learning rate goes on after the warm-up: it stays, falls to zero along a"
                  + " cosine or a line, falls every stepEpochs, rises and falls in one cycle, or"
                  + " falls when the validation loss does not",
              "constant",
              "step",
              "cosine",
              "linear",
              "one-cycle",
              "reduce-on-plateau")
          .or("constant");
  static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps", "steps over which the learning rate first rises from zero")
          .or(0)
          .atLeast(0)
          .in("steps");
  static final Parameter<Integer> STEP_EPOCHS =
      Parameter.integer("stepEpochs", "schedule step: epochs from one fall to the next")
          .or(10)
          .atLeast(1)
          .in("epochs");
  static final Parameter<Double> GAMMA =
      Parameter.number("gamma", "schedule step: what a fall multiplies the learning rate with")
          .or(0.1)
          .atLeast(SMALLEST_FACTOR)
          .atMost(1);
  static final Parameter<Double> PLATEAU_FACTOR =
      Parameter.number(
              "plateauFactor",
              "schedule reduce-on-plateau: what a fall multiplies the learning rate with")
          .or(0.1)
          .atLeast(SMALLEST_FACTOR)
          .below(1);
  static final Parameter<Integer> PLATEAU_PATIENCE =
      Parameter.integer(
              "plateauPatience",
              "schedule reduce-on-plateau: epochs without a lower validation loss before the"
                  + " learning rate falls in the next")
          .or(2)
          .atLeast(0)
          .in("epochs");

  static final List<Parameter<?>> ALL =
      List.of(
          LEARNING_RATE,
          SCHEDULE,
          WARMUP_STEPS,
          STEP_EPOCHS,
          GAMMA,
          PLATEAU_FACTOR,
          PLATEAU_PATIENCE);

  private RateSettings() {}

  static LearningRate choice(Parameters parameters) {
    return new LearningRate(
        parameters.get(LEARNING_RATE), shape(parameters), parameters.get(WARMUP_STEPS));
  }

  private static LearningRate.Shape shape(Parameters parameters) {
    return switch (parameters.get(SCHEDULE)) {
      case "step" -> new LearningRate.Steps(parameters.get(STEP_EPOCHS), parameters.get(GAMMA));
      case "cosine" -> LearningRate.Shape.COSINE;
      case "linear" -> LearningRate.Shape.LINEAR;
      case "one-cycle" -> new LearningRate.OneCycle();
      case "reduce-on-plateau" ->
          new LearningRate.Plateau(
              parameters.get(PLATEAU_FACTOR), parameters.get(PLATEAU_PATIENCE));
      default -> LearningRate.Shape.CONSTANT;
    };
  }
}
