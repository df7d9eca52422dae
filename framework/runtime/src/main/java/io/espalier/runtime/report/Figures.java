package io.espalier.runtime.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How figures are written for people, the same in every report. */
final class Figures {
  private Figures() {}

  /** A share as per cent with two decimals, such as {@code 79.98 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** A difference of shares in percentage points with its sign, such as {@code -0.13 pp}. */
  static String points(double difference) {
    double rounded = Math.round(difference * 10_000) / 100.0;
    return rounded == 0 ? "0.00 pp" : String.format(Locale.ROOT, "%+.2f pp", rounded);
  }

  /** A whole number with groups of three, such as {@code 20,410}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** How many times smaller {@code now} is than {@code first}, such as {@code 3.42x}. */
  static String ratio(long first, long now) {
    return now == 0 ? "-" : String.format(Locale.ROOT, "%.2fx", (double) first / now);
  }

  /** Extents of a tensor, such as {@code 12x1x3x3}. */
  static String shape(List<Long> extents) {
    return extents.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  /** Four decimals. */
  static String loss(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** One decimal. */
  static String micros(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }

  /** One decimal. */
  static String seconds(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
