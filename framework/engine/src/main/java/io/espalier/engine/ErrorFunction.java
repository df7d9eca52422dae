package io.espalier.engine;

/**
 * The error function, to within 1e-9: Taylor polynomials of fourth order around the points of a
 * grid, whose own values come from Kummer's series (Abramowitz and Stegun, 7.1.6).
 */
final class ErrorFunction {
  /** From here on it is 1 in single precision. */
  private static final int END = 4;

  private static final int PER_UNIT = 64;
  private static final double TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final double[] VALUES = new double[END * PER_UNIT + 1];
  private static final double[] SLOPES = new double[VALUES.length];

  static {
    for (int i = 0; i < VALUES.length; i++) {
      VALUES[i] = series((double) i / PER_UNIT);
      SLOPES[i] = slope((double) i / PER_UNIT);
    }
  }

  private ErrorFunction() {}

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return slope(x) * sum;
  }

  /** Its derivative. */
  static double slope(double x) {
    return TWO_BY_ROOT_PI * Math.exp(-x * x);
  }

  static double at(double x) {
    double magnitude = Math.abs(x);
    if (!(magnitude < END)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    int nearest = (int) (magnitude * PER_UNIT + 0.5);
    double a = (double) nearest / PER_UNIT;
    double d = magnitude - a;
    double cubic = (2 * a * a - 1) / 3;
    double quartic = a * (3 - 2 * a * a) / 6;
    double polynomial = d * (1 + d * (-a + d * (cubic + d * quartic)));
    return Math.copySign(VALUES[nearest] + SLOPES[nearest] * polynomial, x);
  }
}
