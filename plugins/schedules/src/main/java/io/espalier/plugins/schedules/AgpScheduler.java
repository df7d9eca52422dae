package io.espalier.plugins.schedules;

import io.espalier.api.Parameters;
import org.pf4j.Extension;

/**
 * Automated gradual pruning: {@code s = final + (initial - final) (1 - p)^3}, equation 1 of M. Zhu,
 * S. Gupta, 2017, arXiv:1710.01878, under the name that it has in NNI.
 */
@Extension
public final class AgpScheduler extends Ramp {
  private static final double POWER = 3;

  public AgpScheduler() {
    super("agp", "Automated gradual pruning: the cubic curve, fast at first.");
  }

  @Override
  Curve curve(Parameters parameters) {
    return (initial, last, p) -> last + (initial - last) * Math.pow(1 - p, POWER);
  }
}
