package io.espalier.engine;

/** Which rule turns gradients into new weights. */
public sealed interface OptimizerChoice {
  /**
   * Adam (Kingma and Ba 2015), with both moments corrected for their bias and epsilon outside the
   * root of the corrected second moment.
   *
   * @param beta1 decay of the first moment, 0 to below 1
   * @param beta2 decay of the second moment, 0 to below 1
   * @param epsilon added to the divisor
   */
  record Adam(double beta1, double beta2, double epsilon) implements OptimizerChoice {
    /** The usual constants: 0.9, 0.999, 1e-8. */
    public Adam() {
      this(0.9, 0.999, 1e-8);
    }
  }

  /**
   * Gradient descent with momentum: {@code v = momentum v + g; w -= rate v}.
   *
   * @param momentum 0 to below 1
   */
  record Sgd(double momentum) implements OptimizerChoice {}
}
