package io.espalier.runtime.scenario;

import io.espalier.api.Parameter;
import java.util.List;

/** What can be set of a quantise stage. */
public final class QuantiseSettings {
  /** How many samples the ranges of activations are measured with. */
  public static final Parameter<Integer> SAMPLES =
      Parameter.integer("samples", "training samples that activations are measured with")
          .or(512)
          .atLeast(1);

  /** All of them. */
  public static final List<Parameter<?>> PARAMETERS = List.of(SAMPLES);

  private QuantiseSettings() {}
}
