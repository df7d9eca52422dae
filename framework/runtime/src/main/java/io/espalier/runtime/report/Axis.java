package io.espalier.runtime.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to pixels, linearly.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}; above {@code low}
 * @param from pixel
 * @param to pixel; below {@code from} for an axis that points up
 */
record Axis(double low, double high, double from, double to) {
  /** An axis over a range that need not be one: a single value gets some room around it. */
  static Axis over(double low, double high, double from, double to) {
    if (high > low) {
      return new Axis(low, high, from, to);
    }
    double room = low == 0 ? 1 : Math.abs(low) / 2;
    return new Axis(low - room, low + room, from, to);
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Round values on the axis, at most {@code most} and one: multiples of 1, 2 or 5 times 10^n. */
  List<Double> ticks(int most) {
    double raw = (high - low) / most;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * 10;
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= raw) {
        step = factor * power;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick as text, with as many decimals as tell ticks apart. */
  static String text(double tick) {
    if (tick == Math.rint(tick) && Math.abs(tick) < 1e15) {
      return String.format(Locale.ROOT, "%,d", (long) tick);
    }
    String text = String.format(Locale.ROOT, Math.abs(tick) < 1e-4 ? "%.3g" : "%.5f", tick);
    return text.contains("e") ? text : text.replaceAll("0+$", "");
  }
}
