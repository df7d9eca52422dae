package io.espalier.plugins.schedules;

import io.espalier.api.Parameter;
import io.espalier.api.Parameters;
import org.pf4j.Extension;

/**
 * Sparsity that rises fast at first and slowly at last: with {@code p} the share of the way from
 * begin to end, {@code s = final + (initial - final) (1 - p)^power}.
 *
 * <p>M. Zhu, S. Gupta: To prune, or not to prune: exploring the efficacy of pruning for model
 * compression, 2017, arXiv:1710.01878, equation 1, whose power is 3.
 */
@Extension
public final class PolynomialScheduler extends Ramp {
  static final Parameter<Double> POWER =
      Parameter.number("power", "1 rises evenly, higher prunes more at first").or(3.0).atLeast(0.1);

  public PolynomialScheduler() {
    super("polynomial", "Raises sparsity from begin to end, fast at first.", POWER);
  }

  @Override
  Curve curve(Parameters parameters) {
    double power = parameters.get(POWER);
    return (initial, last, p) -> last + (initial - last) * Math.pow(1 - p, power);
  }
}
