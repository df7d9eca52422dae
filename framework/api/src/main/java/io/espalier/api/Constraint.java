package io.espalier.api;

/**
 * What a later step must keep true of a tensor. Whoever changes the tensor projects weights,
 * gradients and optimizer state accordingly, in every step.
 */
public sealed interface Constraint permits Mask, Codebook {
  /** Name of the tensor that is bound. */
  String tensor();

  /** Shape of the tensor that is bound. */
  Shape shape();
}
