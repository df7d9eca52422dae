package io.espalier.runtime.report;

import io.espalier.runtime.report.Svg.Anchor;
import java.util.List;

/**
 * A confusion matrix: a row per actual class, a column per predicted class, the darker the larger
 * the share of the row.
 *
 * @param title what is shown
 * @param rows the counts
 */
record ConfusionPlot(String title, List<List<Integer>> rows) {
  private static final int WIDTH = 760;
  private static final int LEFT = 64;
  private static final int TOP = 58;
  private static final int WIDEST = 560;
  private static final int MOST_WITH_NUMBERS = 20;

  String svg() {
    int classes = rows.size();
    double cell = Math.min(44, (double) WIDEST / Math.max(1, classes));
    int size = (int) Math.ceil(cell * classes);
    boolean numbers = classes <= MOST_WITH_NUMBERS;
    Svg svg = new Svg(WIDTH, TOP + size + 8, title);
    svg.text("heading", Anchor.START, 0, 14, title);
    svg.text("tick", Anchor.START, LEFT, 34, "predicted class");
    svg.text("tick", Anchor.START, 0, TOP - 6, "actual");
    for (int actual = 0; actual < classes; actual++) {
      double y = TOP + actual * cell;
      long samples = rows.get(actual).stream().mapToLong(Integer::longValue).sum();
      if (numbers) {
        svg.text("tick", Anchor.END, LEFT - 8, y + cell / 2 + 4, Integer.toString(actual));
        svg.text(
            "tick", Anchor.MIDDLE, LEFT + (actual + 0.5) * cell, TOP - 6, Integer.toString(actual));
      }
      for (int predicted = 0; predicted < classes; predicted++) {
        double x = LEFT + predicted * cell;
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
}
