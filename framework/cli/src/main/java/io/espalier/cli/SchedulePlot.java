package io.espalier.cli;

import io.espalier.api.Schedule;

/** A schedule drawn with letters: sparsity upwards, steps to the right. */
final class SchedulePlot {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 10;

  private SchedulePlot() {}

  static String of(Schedule schedule, int steps) {
    StringBuilder plot = new StringBuilder();
    for (int row = HEIGHT; row >= 0; row--) {
      double level = (double) row / HEIGHT;
      plot.append("%4.1f |".formatted(level).replace(',', '.'));
      for (int column = 0; column <= WIDTH; column++) {
        int step = (int) ((long) column * steps / WIDTH);
        double sparsity = schedule.sparsityAt(step);
        plot.append((int) Math.rint(sparsity * HEIGHT) == row ? '*' : ' ');
      }
      trimRight(plot).append(System.lineSeparator());
    }
    plot.append("     +").append("-".repeat(WIDTH + 1)).append(System.lineSeparator());
    String last = Integer.toString(steps);
    return plot.append("      0")
        .append(" ".repeat(Math.max(1, WIDTH - last.length())))
        .append(last)
        .toString();
  }

  private static StringBuilder trimRight(StringBuilder text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    text.setLength(end);
    return text;
  }
}
