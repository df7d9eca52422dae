package io.espalier.api;

/** Decides when sparsity rises and how far: makes a schedule for a training of known length. */
public interface Scheduler extends Extension {
  /**
   * The schedule for a training.
   *
   * @throws ParameterException if the parameters do not fit the training, such as an end beyond its
   *     last step or a frequency that never fires
   */
  Schedule schedule(Parameters parameters, Horizon horizon);
}
