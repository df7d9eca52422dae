package io.espalier.plugins.schedules;

import io.espalier.api.Parameters;
import org.pf4j.Extension;

/** Sparsity that rises evenly: {@code s = initial + (final - initial) p}. */
@Extension
public final class LinearScheduler extends Ramp {
  public LinearScheduler() {
    super("linear", "Raises sparsity evenly from begin to end.");
  }

  @Override
  Curve curve(Parameters parameters) {
    return (initial, last, p) -> initial + (last - initial) * p;
  }
}
