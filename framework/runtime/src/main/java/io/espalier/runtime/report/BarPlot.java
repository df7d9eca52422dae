package io.espalier.runtime.report;

import io.espalier.runtime.report.Svg.Anchor;
import java.util.List;

/**
 * Lying bars from zero, one below the other.
 *
 * @param title what is shown
 * @param bars from top to bottom
 */
record BarPlot(String title, List<Bar> bars) {
  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int RIGHT = WIDTH - 120;
  private static final int TOP = 26;
  private static final int PITCH = 22;
  private static final int LONGEST_LABEL = 26;

  /**
   * One bar.
   *
   * @param label at its foot
   * @param style class of its colour
   * @param value its length, 0 or more
   * @param text the value as people read it
   */
  record Bar(String label, String style, double value, String text) {}

  String svg() {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
    Axis x = Axis.over(0, most > 0 ? most : 1, LEFT, RIGHT);
    Svg svg = new Svg(WIDTH, TOP + PITCH * bars.size() + 4, title);
    svg.text("heading", Anchor.START, 0, 14, title);
    double y = TOP;
    for (Bar bar : bars) {
      double end = x.pixel(Math.max(0, bar.value()));
      svg.text("tick", Anchor.END, LEFT - 8, y + 14, shortened(bar.label()));
      svg.rect("bar " + bar.style(), 1, LEFT, y + 3, end - LEFT, PITCH - 7);
      svg.text("tick", Anchor.START, end + 6, y + 14, bar.text());
      y += PITCH;
    }
    return svg.end();
  }

  static String shortened(String label) {
    return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…";
  }
}
