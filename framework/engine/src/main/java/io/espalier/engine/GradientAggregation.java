package io.espalier.engine;

/** How the gradients of weights that share a value become the gradient of the value. */
public enum GradientAggregation {
  /** Their mean: the step does not depend on how many weights share a value. */
  AVG,
  /** Their sum, the derivative by the value itself. */
  SUM
}
