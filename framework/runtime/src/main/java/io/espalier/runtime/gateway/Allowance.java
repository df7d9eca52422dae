package io.espalier.runtime.gateway;

import java.util.function.LongSupplier;

/**
 * How often something may be done: a bucket that fills at a steady rate up to twice that, and that
 * every use takes from (token bucket, as in RFC 2697). Not safe for several threads.
 */
final class Allowance {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final LongSupplier clock;
  private double left;
  private long filled;

  /**
   * @param clock of nanoseconds
   */
  Allowance(int perSecond, LongSupplier clock) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.left = 2.0 * perSecond;
    this.filled = clock.getAsLong();
  }

  /** Takes one, if there is one. */
  boolean take() {
    long now = clock.getAsLong();
    left = Math.min(2 * perSecond, left + (now - filled) / NANOS * perSecond);
    filled = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
