package io.espalier.plugins.schedules;

import io.espalier.api.Parameters;
import org.pf4j.Extension;

/**
 * Cuts the same share of what is left in equal times: {@code s = 1 - (1 - initial) ((1 - final) /
 * (1 - initial))^p}, as in Intel Neural Compressor and NNCF.
 */
@Extension
public final class ExponentialScheduler extends Ramp {
  public ExponentialScheduler() {
    super("exponential", "Cuts the same share of what is left in equal times.");
  }

  @Override
  Curve curve(Parameters parameters) {
    return (initial, last, p) -> 1 - (1 - initial) * Math.pow((1 - last) / (1 - initial), p);
  }
}
