package io.espalier.runtime.report;

import io.espalier.runtime.report.Svg.Anchor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A confusion matrix: a row per actual class, a column per predicted class, the darker the larger
 * the share of the row. Rows have the names of their classes, columns their numbers.
 *
 * @param title what is shown
 * @param rows the counts
 * @param names of the classes; empty where nobody knows
 */
record ConfusionPlot(String title, List<List<Integer>> rows, List<String> names) {
  private static final int WIDTH = 760;
  private static final int LEFT = 64;
  private static final int LETTER = 6;
  private static final int TOP = 58;
  private static final int WIDEST = 560;
  private static final int MOST_WITH_NUMBERS = 20;

  String svg() {
    int classes = rows.size();
    double cell = Math.min(44, (double) WIDEST / Math.max(1, classes));
    int size = (int) Math.ceil(cell * classes);
    boolean numbers = classes <= MOST_WITH_NUMBERS;
    int left = numbers ? left() : LEFT;
    Svg svg = new Svg(WIDTH, TOP + size + 8, title);
    svg.text("heading", Anchor.START, 0, 14, title);
    svg.text("tick", Anchor.START, left, 34, "predicted class");
    svg.text("tick", Anchor.START, 0, TOP - 6, "actual");
    for (int actual = 0; actual < classes; actual++) {
      double y = TOP + actual * cell;
      long samples = rows.get(actual).stream().mapToLong(Integer::longValue).sum();
      if (numbers) {
        svg.text("tick", Anchor.END, left - 8, y + cell / 2 + 4, label(actual));
        svg.text(
            "tick", Anchor.MIDDLE, left + (actual + 0.5) * cell, TOP - 6, Integer.toString(actual));
      }
      for (int predicted = 0; predicted < classes; predicted++) {
        double x = left + predicted * cell;
        int count = rows.get(actual).get(predicted);
        double share = samples == 0 ? 0 : (double) count / samples;
        svg.rect(actual == predicted ? "cell good" : "cell bad", share, x, y, cell, cell);
        if (numbers && count > 0) {
          String style = share > 0.6 ? "count inverse" : "count";
          svg.text(style, Anchor.MIDDLE, x + cell / 2, y + cell / 2 + 4, Integer.toString(count));
        }
      }
    }
    return svg.end();
  }

  private String label(int label) {
    String number = Integer.toString(label);
    return label >= names.size() || names.get(label).equals(number)
        ? number
        : names.get(label) + " " + number;
  }

  /** Room for the longest name. */
  private int left() {
    int longest = IntStream.range(0, rows.size()).map(i -> label(i).length()).max().orElse(0);
    return Math.min(WIDTH - WIDEST, Math.max(LEFT, longest * LETTER + 14));
  }
}
