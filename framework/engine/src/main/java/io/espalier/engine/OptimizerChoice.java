package io.espalier.engine;

/** Which rule turns gradients into new weights, and what weight decay means to it. */
public sealed interface OptimizerChoice {
  /**
   * Adam (Kingma and Ba 2015), with both moments corrected for their bias and epsilon outside the
   * root of the corrected second moment, in the form of PyTorch. Weight decay is an L2 penalty that
   * adds to the gradient, or decoupled from it: AdamW (Loshchilov and Hutter 2019).
   *
   * <pre>
   * g += decay w, or if decoupled: w -= rate decay w
   * m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g g
   * w -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
   * </pre>
   *
   * @param beta1 decay of the first moment, 0 to below 1
   * @param beta2 decay of the second moment, 0 to below 1
   * @param epsilon added to the divisor, above 0
   * @param decoupled whether weight decay is
   */
  record Adam(double beta1, double beta2, double epsilon, boolean decoupled)
      implements OptimizerChoice {
    /** AdamW with the usual constants: 0.9, 0.999, 1e-8. */
    public Adam() {
      this(0.9, 0.999, 1e-8, true);
    }
  }

  /**
   * RMSprop (Tieleman and Hinton 2012), not centred, in the form of PyTorch. Weight decay is an L2
   * penalty: it adds to the gradient.
   *
   * <pre>
   * g += decay w
   * v = alpha v + (1 - alpha) g g
   * u = momentum u + g / (sqrt(v) + epsilon)
   * w -= rate u
   * </pre>
   *
   * @param alpha decay of the mean square, 0 to below 1
   * @param epsilon added to the divisor, above 0
   * @param momentum 0 to below 1
   */
  record RmsProp(double alpha, double epsilon, double momentum) implements OptimizerChoice {
    /** The usual constants: 0.99, 1e-8 and no momentum. */
    public RmsProp() {
      this(0.99, 1e-8, 0);
    }
  }

  /**
   * Gradient descent with momentum, in the form of PyTorch: {@code v = momentum v + g; w -= rate
   * v}. With Nesterov's momentum (Sutskever et al. 2013) the step looks ahead: {@code w -= rate (g
   * + momentum v)}. Weight decay is an L2 penalty: {@code g += decay w}.
   *
   * @param momentum 0 to below 1
   * @param nesterov whether the step looks ahead
   */
  record Sgd(double momentum, boolean nesterov) implements OptimizerChoice {
    /** Plain momentum. */
    public Sgd(double momentum) {
      this(momentum, false);
    }
  }
}
