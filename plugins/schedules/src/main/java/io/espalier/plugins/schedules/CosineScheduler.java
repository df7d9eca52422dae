package io.espalier.plugins.schedules;

import io.espalier.api.Parameters;
import org.pf4j.Extension;

/** Slow at begin and end: {@code s = final + (initial - final) (1 + cos(pi p)) / 2}. */
@Extension
public final class CosineScheduler extends Ramp {
  public CosineScheduler() {
    super("cosine", "Raises sparsity slowly at begin and end and fast between.");
  }

  @Override
  Curve curve(Parameters parameters) {
    return (initial, last, p) -> last + (initial - last) * (1 + Math.cos(Math.PI * p)) / 2;
  }
}
